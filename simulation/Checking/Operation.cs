using System.Globalization;

namespace DEngine.Simulation.Checking;

/// <summary>What became of an operation.</summary>
public enum OperationOutcome : byte
{
    /// <summary>It took effect between its invoke and its completion.</summary>
    Ok,

    /// <summary>It never takes effect.</summary>
    Fail,

    /// <summary>It may take effect at any time after its invoke, or never: reported as info, or never completed.</summary>
    Info,
}

/// <summary>An invoke together with its completion.</summary>
public sealed class Operation
{
    private const int ShownTextMax = 48;

    internal Operation(in HistoryEvent invoke, int invokePosition)
    {
        Process = invoke.Process;
        Function = invoke.Function;
        Key = invoke.Key;
        Value = invoke.Value;
        NewValue = invoke.NewValue;
        InvokedAtNanoseconds = invoke.TimeNanoseconds;
        InvokePosition = invokePosition;
    }

    /// <summary>The client that asked for it.</summary>
    public long Process { get; }

    /// <summary>What it does.</summary>
    public HistoryFunction Function { get; }

    /// <summary>What it does it to.</summary>
    public string Key { get; }

    /// <summary>Written or appended; expected by a cas; read, if it is a read that ended ok; otherwise null.</summary>
    public HistoryValue Value { get; private set; }

    /// <summary>What a cas writes; otherwise null.</summary>
    public HistoryValue NewValue { get; }

    /// <summary>When the client sent it.</summary>
    public long InvokedAtNanoseconds { get; }

    /// <summary>When the client learnt its outcome; null for one that stays open for ever.</summary>
    public long? CompletedAtNanoseconds { get; private set; }

    /// <summary>What became of it.</summary>
    public OperationOutcome Outcome { get; private set; } = OperationOutcome.Info;

    // Places in the history's total order of events: a precedes b in real time exactly when a.CompletePosition < b.InvokePosition.
    internal int InvokePosition { get; }

    internal int CompletePosition { get; private set; } = int.MaxValue;

    /// <summary>For people: <c>write(3) by process 2 [1.5ms..2.25ms]</c>.</summary>
    public override string ToString()
    {
        string end = CompletedAtNanoseconds is { } at ? Milliseconds(at) : "open";
        return $"{Call()} by process {Process} [{Milliseconds(InvokedAtNanoseconds)}..{end}]";
    }

    internal void Complete(in HistoryEvent completion, int position)
    {
        switch (completion.Type)
        {
            case HistoryEventType.Ok:
                Outcome = OperationOutcome.Ok;
                if (Function == HistoryFunction.Read)
                    Value = completion.Value;
                break;
            case HistoryEventType.Fail:
                Outcome = OperationOutcome.Fail;
                break;
            case HistoryEventType.Info:
                return;
            case HistoryEventType.Invoke:
            default:
                throw new InvalidOperationException($"{this} cannot be completed by an event of type {completion.Type}");
        }

        CompletePosition = position;
        CompletedAtNanoseconds = completion.TimeNanoseconds;
    }

    internal static string Shown(HistoryValue value)
    {
        string text = value.ToString();
        return text.Length <= ShownTextMax
            ? text
            : $"{text[..(ShownTextMax / 2)]}…{text[^(ShownTextMax / 2)..]} ({value.Text.Length} characters)";
    }

    private string Call() => Function switch
    {
        HistoryFunction.Read => Outcome == OperationOutcome.Ok ? $"read → {Shown(Value)}" : "read",
        HistoryFunction.Write => $"write({Shown(Value)})",
        HistoryFunction.Cas => $"cas({Shown(Value)} → {Shown(NewValue)})",
        HistoryFunction.Append => $"append({Shown(Value)})",
        HistoryFunction.Delete => "delete",
        _ => throw new InvalidOperationException($"no such function: {Function}"),
    };

    private static string Milliseconds(long nanoseconds) =>
        (nanoseconds / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture) + "ms";
}
