using DEngine.Simulation.Checking;
using DEngine.Simulation.Scenarios.Language;

namespace DEngine.Simulation.Scenarios;

/// <summary>How a client's latest operation ended; null: it has not.</summary>
internal sealed record AnswerCondition(string Text, int Client, HistoryEventType? Type, string? Value) : Condition(Text)
{
    public override bool Holds(Scene scene)
    {
        if (Last(scene) is not { } last) return false;
        if (Type is null) return last.Type == HistoryEventType.Invoke;
        return last.Type == Type && (Value is null || (last.Value.Kind == HistoryValueKind.Null ? Value == "absent" : last.Value.Text == Value));
    }

    public override string Actual(Scene scene) => Last(scene) switch
    {
        null => "it has begun nothing",
        { Type: HistoryEventType.Invoke } => "it is at it",
        { Type: HistoryEventType.Ok, Function: HistoryFunction.Read } last => $"it was told {(last.Value == HistoryValue.Null ? "absent" : last.Value.Text)}",
        { } last => $"it was told {Outcomes.Write(last.Type)}",
    };

    private HistoryEvent? Last(Scene scene)
    {
        for (int i = scene.World.History.Events.Count - 1; i >= 0; i--)
        {
            if (scene.World.History.Events[i].Process == Client) return scene.World.History.Events[i];
        }

        return null;
    }
}

/// <summary>A client has nothing under way.</summary>
internal sealed record DoneCondition(string Text, int Client) : Condition(Text)
{
    public override bool Holds(Scene scene) => !scene.World.Clients[Client].IsBusy;

    public override string Actual(Scene scene) => scene.World.Clients[Client].Describe();
}
