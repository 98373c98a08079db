using DEngine.Simulation.Checking;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Workload;

namespace DEngine.Simulation.Reporting;

/// <summary>What clients have begun, and how it ended.</summary>
internal sealed class OperationTrack
{
    private readonly List<TrackedOperation> _operations = [];
    private readonly Dictionary<int, int> _open = [];

    public IReadOnlyList<TrackedOperation> Operations => _operations;

    /// <summary>In the history from here on down: callers' threads at the nodes. Their reads are steps.</summary>
    public const int OfThreads = -1;

    public int Begin(int row, OperationStep step)
    {
        _open[step.Client] = _operations.Count;
        _operations.Add(new TrackedOperation(step, row));
        return _operations.Count - 1;
    }

    public int End(int row, OperationStep step, string outcome)
    {
        if (!_open.Remove(step.Client, out int operation)) throw new InvalidOperationException($"client {step.Client} ends what it has not begun");
        _operations[operation].EndRow = row;
        _operations[operation].Outcome = outcome;
        return operation;
    }

    /// <summary>Adds what the history alone knows: the values that were read and expected.</summary>
    public void Complete(HistoryRecorder history)
    {
        var next = new Dictionary<long, int>();
        foreach (HistoryEvent happened in history.Events)
        {
            if (happened.Process <= OfThreads) continue;
            int from = next.GetValueOrDefault(happened.Process);
            if (happened.Type == HistoryEventType.Invoke)
                from = _operations.FindIndex(from, operation => operation.IsInHistory && operation.Step.Client == happened.Process);
            if (from < 0) throw new InvalidOperationException($"the history knows an operation of client {happened.Process} that nobody has begun");
            _operations[from].Add(happened);
            next[happened.Process] = happened.Type == HistoryEventType.Invoke ? from : from + 1;
        }
    }

    /// <summary>Which operation the history means; -1: none.</summary>
    public int Find(Operation wanted) =>
        _operations.FindIndex(operation => operation.Step.Client == wanted.Process && operation.InvokedAtNanoseconds == wanted.InvokedAtNanoseconds);
}

/// <summary>One operation of a client.</summary>
internal sealed class TrackedOperation(OperationStep step, int beginRow)
{
    public OperationStep Step { get; } = step;

    public int BeginRow { get; } = beginRow;

    /// <summary>Whether the history knows of it; the others are judged at once, by other books.</summary>
    public bool IsInHistory { get; } = ClientOperation.JudgeOf(step) == Judge.History;

    /// <summary>-1: it was never over.</summary>
    public int EndRow { get; set; } = -1;

    public string Outcome { get; set; } = "";

    public long InvokedAtNanoseconds { get; private set; } = -1;

    /// <summary>What was read, or the value that a compare-and-set expected.</summary>
    public string Value { get; private set; } = "";

    public void Add(in HistoryEvent happened)
    {
        bool isRead = happened is { Type: HistoryEventType.Ok, Function: HistoryFunction.Read };
        bool isSwap = happened is { Type: HistoryEventType.Invoke, Function: HistoryFunction.Cas };
        if (isRead || isSwap) Value = Operation.Shown(happened.Value);
        if (happened.Type == HistoryEventType.Invoke) InvokedAtNanoseconds = happened.TimeNanoseconds;
    }
}
