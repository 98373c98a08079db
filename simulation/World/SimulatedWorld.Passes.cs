using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Reporting;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>What goes on while one node is in the middle of a pass.</summary>
internal sealed partial class SimulatedWorld
{
    private readonly List<SimulationEvent> _meanwhile = [];
    private SimulatedNode? _busy;
    private TimeSpan _end;

    public PassChecker Passes { get; }

    public RoundChecker Rounds { get; }

    /// <summary>
    /// A node stands still in the middle of a pass. The others go on: they take in what it has sent already, and what they make of it may be known to clients
    /// before the pass goes on. What reaches the node itself waits for the end of the pass. It ends early where a decision is made, or something is done
    /// to the world: that happens between passes.
    /// </summary>
    private void GoOnDuringPass(SimulatedNode busy, ThreadReadStep read)
    {
        // What this very pass has committed must be known before others go by it.
        Checker.Check(busy.Position, busy.Node!);
        if (_busy is not null) return;
        _busy = busy;
        Watcher?.OnNode(Queue.Now, busy, EventKind.Pump);
        TimeSpan began = Queue.Now;
        TimeSpan end = began + read.Stall < _end ? began + read.Stall : _end;
        SimulationEvent next;
        while (Queue.TryPeek(end, out next) && (next.Node == busy.Position || MayHappenDuringPass(next)) && Queue.TryNext(end, out next))
        {
            if (next.Node == busy.Position) _meanwhile.Add(next);
            else Happen(next);
        }

        if (next.IsDecision) Recording?.EndBeforeDecision(read, Queue.NextAt - began);
        foreach (SimulationEvent waiting in _meanwhile) Queue.At(Queue.Now, waiting);
        _meanwhile.Clear();
        _busy = null;
    }

    /// <summary>A caller's thread reads at a node, if the gate admits it: the gate first, the value after.</summary>
    public void ReadOnThread(SimulatedNode node, ThreadReadStep read)
    {
        if (read.Point != PassPoint.Rest) GoOnDuringPass(node, read);
        Node running = node.Node!;
        Checker.Check(node.Position, running);
        if (!running.Gate.Admits(read.Consistency, node.Now)) return;

        // What a wrong state shows before anybody can know is nothing to judge the others by.
        if (node.HasGoneWrong) return;
        DivergenceChecker.OnServed(node, running);
        KeyValueView view = node.View();
        Reads.OnShown(running, node.Position, promised: 0, view);
        Reads.JudgeValue(node.Id, read.Key, view);
        if (read.Consistency == ReadConsistency.Eventual) return;
        Reads.JudgeFreshness($"a lease read of {read.Key} on a thread of {node.Id}", Reads.Acknowledged, view.AppliedIndex);
        int process = OperationTrack.OfThreads - node.Position;
        History.InvokeRead(process, read.Key, Queue.Now);
        History.Ok(process, Queue.Now, HistoryValue.From(node.ValueOf(read.Key)));
    }

    private static bool MayHappenDuringPass(in SimulationEvent next) =>
        next is { IsDecision: false, Node: >= 0 } or { Kind: EventKind.AnswerArrives or EventKind.ClientWake };
}
