using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

/// <summary>A truly atomic key: each operation takes effect at a random instant between its invoke and its completion.</summary>
internal sealed class SimulatedRegister(int seed)
{
    private readonly Random _random = new(seed);
    private readonly HistoryRecorder _recorder = new();

    // What null says: the operation takes effect now.
    private readonly PriorityQueue<(long Process, HistoryEventType? What), (long At, int Sequence)> _events = new();
    private readonly Dictionary<long, Pending> _open = [];
    private HistoryValue _state;
    private int _sequence;
    private int _left;
    private int _written;

    public int OperationCount { get; init; } = 10_000;

    public int ProcessCount { get; init; } = 10;

    /// <summary>0: every written value is new.</summary>
    public int ValueCount { get; init; }

    public int InfoPerThousand { get; init; } = 30;

    public bool WithCas { get; init; }

    public bool WithAppends { get; init; }

    /// <summary>With appends: how often a string is begun anew, by a write, a cas or a delete.</summary>
    public int ResetsPerThousand { get; init; }

    /// <summary>Call once.</summary>
    public History Run()
    {
        _left = OperationCount;
        for (int process = 0; process < ProcessCount; process++)
            Schedule(process, HistoryEventType.Invoke, _random.Next(100));
        while (_events.TryDequeue(out var happened, out var when))
        {
            long process = happened.Process;
            switch (happened.What)
            {
                case HistoryEventType.Invoke when _left-- > 0:
                    Invoke(process, when.At);
                    break;
                case HistoryEventType.Ok:
                    Complete(process, when.At);
                    break;
                case null:
                    _open[process] = _open[process].TakeEffect(ref _state);
                    break;
            }
        }

        return _recorder.ToHistory();
    }

    private void Invoke(long process, long now)
    {
        var at = TimeSpan.FromTicks(now);
        Pending pending = Choose();
        if (pending.Function == HistoryFunction.Cas)
            _recorder.InvokeCas(process, Script.Key, pending.Value, pending.NewValue, at);
        else
            _recorder.Invoke(process, pending.Function, Script.Key, pending.Value, at);

        if (pending.Function != HistoryFunction.Read && _random.Next(1000) < InfoPerThousand)
        {
            // Half of the unknown ones never happen, the others when their process is long elsewhere.
            _recorder.Info(process, at + TimeSpan.FromTicks(1));
            long late = -1 - _sequence;
            _open[late] = pending;
            if (_random.Next(2) == 0)
                Schedule(late, null, now + _random.Next(2000));
            Schedule(process, HistoryEventType.Invoke, now + 2);
            return;
        }

        _open[process] = pending;
        long effect = now + 1 + _random.Next(50);
        Schedule(process, null, effect);
        Schedule(process, HistoryEventType.Ok, effect + 1 + _random.Next(50));
    }

    private void Complete(long process, long now)
    {
        _open.Remove(process, out Pending done);
        if (done.Happened)
            _recorder.Ok(process, TimeSpan.FromTicks(now), done.Value);
        else
            _recorder.Fail(process, TimeSpan.FromTicks(now));
        Schedule(process, HistoryEventType.Invoke, now + 1 + _random.Next(20));
    }

    private void Schedule(long process, HistoryEventType? what, long at) => _events.Enqueue((process, what), (at, _sequence++));

    private HistoryValue Fresh() => HistoryValue.From(ValueCount == 0 ? ++_written : _random.Next(ValueCount));

    /// <summary>The same history with one read, near the end, giving a value that was written long before.</summary>
    public static History WithStaleRead(History history)
    {
        HistoryEvent[] events = [.. history.Events];
        HistoryValue stale = events.First(e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Write }).Value;
        int read = Array.FindIndex(events, events.Length * 9 / 10, e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Read });
        events[read] = events[read] with { Value = stale };
        return History.From(events);
    }

    private Pending Choose()
    {
        int kind = _random.Next(100);
        if (kind < 50)
            return new Pending(HistoryFunction.Read, default, default);
        if (WithAppends && _random.Next(1000) < ResetsPerThousand)
        {
            return _random.Next(3) switch
            {
                0 => new Pending(HistoryFunction.Write, HistoryValue.From($"{Fresh().Text},"), default),
                1 => new Pending(HistoryFunction.Cas, _state, HistoryValue.From($"{Fresh().Text},")),
                _ => new Pending(HistoryFunction.Delete, default, default),
            };
        }

        if (WithAppends)
            return new Pending(HistoryFunction.Append, HistoryValue.From($"{Fresh().Text},"), default);
        return WithCas && kind < 75
            ? new Pending(HistoryFunction.Cas, _state, Fresh())
            : new Pending(HistoryFunction.Write, Fresh(), default);
    }

    private readonly record struct Pending(HistoryFunction Function, HistoryValue Value, HistoryValue NewValue)
    {
        public bool Happened { get; private init; }

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
                    HistoryFunction.Delete => HistoryValue.Null,
                    HistoryFunction.Append => HistoryValue.From(before.Text + Value.Text),
                    _ => before,
                };
            }

            return this with { Happened = happens, Value = Function == HistoryFunction.Read ? before : Value };
        }
    }
}
