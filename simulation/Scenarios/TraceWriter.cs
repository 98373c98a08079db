using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Scenarios.Language;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Scenarios;

/// <summary>Writes what happens, a line each, for people who write scenarios: steps, roles, logs, commit indices, operations. Frames are left out.</summary>
internal sealed class TraceWriter(TextWriter output) : IWorldWatcher
{
    private readonly Dictionary<int, Seen> _seen = [];

    public void OnStep(TimeSpan now, Step step) => Write(now, $"> {StepWriter.Write(step)}");

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        Seen before = _seen.GetValueOrDefault(node.Position, Seen.Down);
        Seen after = Seen.Of(node);
        if (after == before) return;
        _seen[node.Position] = after;
        if (after.Role is not { } role)
        {
            Write(now, $"{node.Id} is down");
            return;
        }

        if (before.Role != after.Role || before.Term != after.Term) Write(now, $"{node.Id} is {role} of term {after.Term}");
        if (before.Last != after.Last) Write(now, $"{node.Id} has log {TermRuns.Write(LogCondition.Read(node.Node!))}");
        if (before.Commit != after.Commit) Write(now, $"{node.Id} has commit {after.Commit}");
    }

    public void OnBegun(TimeSpan now, OperationStep operation) => Write(now, $"begins {StepWriter.Write(operation)}");

    public void OnEnded(TimeSpan now, OperationStep operation, string outcome) =>
        Write(now, $"ends {StepWriter.Write(operation)}: {Outcomes.Write(Enum.Parse<HistoryEventType>(outcome))}");

    public void OnSettled(TimeSpan now) => Write(now, "what is broken heals");

    private void Write(TimeSpan now, string what) => output.WriteLine($"{Times.Write(now),12} {what}");

    private readonly record struct Seen(Role? Role, long Term, LogPosition Last, long Commit)
    {
        public static Seen Down => default;

        public static Seen Of(SimulatedNode node) => node.Node is { } running
            ? new Seen(running.Raft.Role, running.Raft.Term, running.Raft.Log.Last, running.Raft.CommitIndex)
            : Down;
    }
}
