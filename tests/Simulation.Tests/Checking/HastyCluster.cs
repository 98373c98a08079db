using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

/// <summary>
/// A cluster that is wrong: one node takes the writes and acknowledges them at once, the others hear of them later, in order, and every node answers reads
/// by itself at once.
/// </summary>
internal sealed class HastyCluster(int seed)
{
    private const int NodeCount = 3;
    private const int ProcessCount = 5;
    private const int KeyCount = 3;

    private readonly Random _random = new(seed);
    private readonly HistoryRecorder _recorder = new();
    private readonly Dictionary<string, string>[] _nodes = [.. Enumerable.Range(0, NodeCount).Select(_ => new Dictionary<string, string>())];
    private readonly long[] _heardAt = new long[NodeCount];

    // What happens when: a node hears of a write, or a process goes on.
    private readonly PriorityQueue<Action<long>, (long At, int Sequence)> _events = new();
    private int _sequence;

    /// <summary>How long news take at most, in ticks; an operation takes up to 20. 0: nobody is late.</summary>
    public int LagMax { get; init; } = 200;

    public int OperationCount { get; init; } = 400;

    /// <summary>Call once.</summary>
    public History Run()
    {
        int left = OperationCount;
        for (int process = 0; process < ProcessCount; process++)
        {
            int own = process;
            void Begin(long now)
            {
                if (left-- > 0) Operate(own, now, Begin);
            }

            At(_random.Next(20), Begin);
        }

        while (_events.TryDequeue(out Action<long>? happen, out (long At, int Sequence) when)) happen(when.At);
        return _recorder.ToHistory();
    }

    private void Operate(int process, long now, Action<long> next)
    {
        string key = $"k{_random.Next(KeyCount)}";
        bool writes = _random.Next(3) == 0;
        string value = $"v{_sequence}";
        if (writes) _recorder.InvokeWrite(process, key, HistoryValue.From(value), TimeSpan.FromTicks(now));
        else _recorder.InvokeRead(process, key, TimeSpan.FromTicks(now));
        int node = writes ? 0 : _random.Next(NodeCount);
        At(now + 1 + _random.Next(10), at =>
        {
            string? read = null;
            if (writes) Write(at, key, value);
            else read = _nodes[node].GetValueOrDefault(key);
            At(at + 1 + _random.Next(10), done =>
            {
                _recorder.Ok(process, TimeSpan.FromTicks(done), HistoryValue.From(read));
                At(done + 1 + _random.Next(10), next);
            });
        });
    }

    private void Write(long now, string key, string value)
    {
        _nodes[0][key] = value;
        for (int i = 1; i < NodeCount; i++)
        {
            Dictionary<string, string> node = _nodes[i];
            if (LagMax == 0)
            {
                node[key] = value;
                continue;
            }

            _heardAt[i] = Math.Max(_heardAt[i], now + _random.Next(LagMax));
            At(_heardAt[i], _ => node[key] = value);
        }
    }

    private void At(long at, Action<long> happen) => _events.Enqueue(happen, (at, _sequence++));
}
