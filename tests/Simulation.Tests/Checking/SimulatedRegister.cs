using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

/// <summary>Histories of a truly atomic key: each operation takes effect at a random instant between its invoke and its completion.</summary>
internal sealed class SimulatedRegister(int seed)
{
    private readonly Random _random = new(seed);

    public int OperationCount { get; init; } = 10_000;

    public int ProcessCount { get; init; } = 10;

    /// <summary>0: every written value is new.</summary>
    public int ValueCount { get; init; }

    public int InfoPerThousand { get; init; } = 30;

    public bool WithCas { get; init; }

    public bool WithAppends { get; init; }

    public History Run()
    {
        var recorder = new HistoryRecorder();
        var events = new PriorityQueue<(long Process, HistoryEventType? What), (long, int)>();
        var open = new Dictionary<long, Pending>();
        HistoryValue state = HistoryValue.Null;
        int sequence = 0;
        int left = OperationCount;
        int written = 0;
        long now = 0;
        void Schedule(long process, HistoryEventType? what, long at) => events.Enqueue((process, what), (at, sequence++));
        HistoryValue Fresh() => HistoryValue.From(ValueCount == 0 ? ++written : _random.Next(ValueCount));

        for (int process = 0; process < ProcessCount; process++)
            Schedule(process, HistoryEventType.Invoke, _random.Next(100));
        while (events.TryDequeue(out var happened, out var when))
        {
            now = when.Item1;
            var at = TimeSpan.FromTicks(now);
            long process = happened.Process;
            switch (happened.What)
            {
                case HistoryEventType.Invoke when left-- > 0:
                    Pending pending = Choose(Fresh, state);
                    if (pending.Function == HistoryFunction.Cas)
                        recorder.InvokeCas(process, "x", pending.Value, pending.NewValue, at);
                    else
                        recorder.Invoke(process, pending.Function, "x", pending.Function == HistoryFunction.Read ? default : pending.Value, at);
                    bool unknown = pending.Function != HistoryFunction.Read && _random.Next(1000) < InfoPerThousand;
                    pending = pending with { Unknown = unknown };
                    open[process] = pending;
                    long effect = now + 1 + _random.Next(50);
                    long end = effect + 1 + _random.Next(50);
                    if (unknown)
                    {
                        // Half of the unknown ones never happen, the others when their process is long elsewhere.
                        recorder.Info(process, at + TimeSpan.FromTicks(1));
                        open.Remove(process);
                        long late = -1 - sequence;
                        open[late] = pending;
                        if (_random.Next(2) == 0)
                            Schedule(late, null, now + _random.Next(2000));
                        Schedule(process, HistoryEventType.Invoke, now + 2);
                    }
                    else
                    {
                        Schedule(process, null, effect);
                        Schedule(process, HistoryEventType.Ok, end);
                    }

                    break;
                case null:
                    open[process] = open[process].TakeEffect(ref state);
                    break;
                case HistoryEventType.Ok:
                    Pending done = open[process];
                    open.Remove(process);
                    if (done.Happened)
                        recorder.Ok(process, at, done.Value);
                    else
                        recorder.Fail(process, at);
                    Schedule(process, HistoryEventType.Invoke, now + 1 + _random.Next(20));
                    break;
            }
        }

        return recorder.ToHistory();
    }

    /// <summary>The same history with one read, near the end, giving a value that was written long before.</summary>
    public static History WithStaleRead(History history)
    {
        HistoryEvent[] events = [.. history.Events];
        HistoryValue stale = events.First(e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Write }).Value;
        int read = Array.FindIndex(events, events.Length * 9 / 10, e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Read });
        events[read] = events[read] with { Value = stale };
        return History.From(events);
    }

    private Pending Choose(Func<HistoryValue> fresh, HistoryValue state)
    {
        int kind = _random.Next(100);
        if (kind < 50)
            return new Pending(HistoryFunction.Read, default, default);
        if (WithAppends)
            return new Pending(HistoryFunction.Append, HistoryValue.From($"{fresh().Text},"), default);
        return WithCas && kind < 75
            ? new Pending(HistoryFunction.Cas, state, fresh())
            : new Pending(HistoryFunction.Write, fresh(), default);
    }

    private readonly record struct Pending(HistoryFunction Function, HistoryValue Value, HistoryValue NewValue)
    {
        public bool Happened { get; private init; }

        public bool Unknown { get; init; }

        public Pending TakeEffect(ref HistoryValue state)
        {
            HistoryValue before = state;
            bool happens = Function != HistoryFunction.Cas || Value == before;
            if (happens)
            {
                state = Function switch
                {
                    HistoryFunction.Write => Value,
                    HistoryFunction.Cas => NewValue,
                    HistoryFunction.Append => HistoryValue.From(before.Text + Value.Text),
                    _ => before,
                };
            }

            return this with { Happened = happens, Value = Function == HistoryFunction.Read ? before : Value };
        }
    }
}
