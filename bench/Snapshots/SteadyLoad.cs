using System.Diagnostics;

namespace DEngine.Bench;

/// <summary>
/// Writes at a fixed rate, whether or not those before are answered: a node that stalls makes all of them wait that fall into the stall, and each is counted
/// from when it was due. A write counts for the phase in which it was due and, where that is another one, for that in which it was answered.
/// </summary>
internal sealed class SteadyLoad(IReadOnlyList<IKeyValueClient> clients, SnapshotPlan plan)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly List<Phase> _phases = [];
    private readonly byte[] _value = new byte[plan.ValueBytes];
    private Phase _phase = new("warm-up");
    private long _underWay;
    private long _failed;
    private string _failure = "";

    public IReadOnlyList<Phase> Phases => _phases;

    /// <summary>Writes that were not answered with a revision, and the last reason.</summary>
    public (long Count, string Last) Failures
    {
        get
        {
            lock (_gate) return (_failed, _failure);
        }
    }

    /// <summary>From here on everything belongs to this phase; one that was there before goes on.</summary>
    public Phase Enter(string name)
    {
        lock (_gate)
        {
            if (_phase.Name == name) return _phase;
            long now = Stopwatch.GetTimestamp();
            _phase.Duration += Stopwatch.GetElapsedTime(_phase.Since, now);
            Phase? known = _phases.Find(phase => phase.Name == name);
            if (known is null) _phases.Add(known = new Phase(name));
            known.Since = now;
            return _phase = known;
        }
    }

    public void AddMemory(long residentBytes)
    {
        lock (_gate) _phase.AddMemory(residentBytes);
    }

    /// <summary>Until cancelled, and everything that was under way has ended.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp(), made = 0;
        var random = new Random(1);
        while (!cancellation.IsCancellationRequested)
        {
            long due = (long)(Stopwatch.GetElapsedTime(begun).TotalSeconds * plan.WritesPerSecond);
            for (; made < due; made++)
            {
                byte[] key = new byte[16];
                StateFile.NameKey(key, random.Next(plan.Keys));
                long dueAt = begun + (long)((double)made / plan.WritesPerSecond * Stopwatch.Frequency);
                Interlocked.Increment(ref _underWay);
                _ = WriteAsync(clients[(int)(made % clients.Count)], key, dueAt);
            }

            await Task.Delay(Tick, CancellationToken.None);
        }

        while (Interlocked.Read(ref _underWay) > 0) await Task.Delay(Tick, CancellationToken.None);
    }

    private async Task WriteAsync(IKeyValueClient client, byte[] key, long dueAt)
    {
        Phase then;
        lock (_gate) then = _phase;
        try
        {
            await client.PutAsync(key, _value);
            TimeSpan latency = Stopwatch.GetElapsedTime(dueAt);
            lock (_gate)
            {
                then.Add(latency);
                if (_phase != then) _phase.Add(latency);
            }
        }
        catch (DEngineException error)
        {
            lock (_gate)
            {
                _failed++;
                _failure = error.Message;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
