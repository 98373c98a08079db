namespace DEngine.Simulation.Checking;

/// <summary>
/// What clients saw, as events and as operations. Events are ordered by time, those of one instant in the order in which they were
/// recorded: files merged from several recorders that share a clock are therefore judged rightly without being sorted first.
/// </summary>
public sealed class History
{
    private History(HistoryEvent[] events, List<Operation> operations)
    {
        Events = events;
        Operations = operations;
    }

    /// <summary>Every event, in order.</summary>
    public IReadOnlyList<HistoryEvent> Events { get; }

    /// <summary>Every operation, in the order of their invokes.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    // The events have passed HistoryRecorder.TryAdd: well formed, and time never goes back within a process.
    internal static History From(IReadOnlyList<HistoryEvent> recorded)
    {
        // OrderBy is stable, which is what keeps one instant's events, and so each process's, in recorded order.
        HistoryEvent[] events = [.. recorded.OrderBy(e => e.TimeNanoseconds)];
        var operations = new List<Operation>(events.Length / 2);
        var open = new Dictionary<long, Operation>();
        for (int position = 0; position < events.Length; position++)
        {
            ref readonly HistoryEvent happened = ref events[position];
            if (happened.Type == HistoryEventType.Invoke)
            {
                var operation = new Operation(happened, position);
                operations.Add(operation);
                open.Add(happened.Process, operation);
            }
            else
            {
                open.Remove(happened.Process, out Operation? operation);
                (operation ?? throw new InvalidOperationException($"process {happened.Process} completes nothing"))
                    .Complete(happened, position);
            }
        }

        return new History(events, operations);
    }
}
