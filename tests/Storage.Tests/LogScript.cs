using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>One call to a log.</summary>
internal abstract record LogStep
{
    public sealed record Write(HardState? HardState, long? TruncateFrom, Entry[] Entries) : LogStep
    {
        public PersistBatch ToBatch(long ticket)
        {
            var batch = new PersistBatch { Ticket = ticket, HardState = HardState };
            if (TruncateFrom is { } from) batch.Truncate(from);
            foreach (Entry entry in Entries) batch.Add(entry);
            return batch;
        }
    }

    public sealed record Sync : LogStep;

    public sealed record DropBefore(long Index) : LogStep;
}

/// <summary>A run of a node's log: appends, conflicts, votes, syncs, drops; the same for the same seed.</summary>
internal sealed class LogScript
{
    private readonly List<LogStep> _steps = [];
    private readonly int _payloadBytesMax;
    private long _term = 1;
    private long _last;
    private readonly long _first = 1;

    public LogScript(ulong seed, int entries, int payloadBytesMax = 160)
    {
        var random = new DeterministicRandom(seed);
        _payloadBytesMax = payloadBytesMax;
        int made = 0;
        while (made < entries)
        {
            made += AddWrite(ref random);
            if (random.Chance(0.55)) _steps.Add(new LogStep.Sync());
            if (random.Chance(0.04) && _last - _first > 20)
            {
                _first = random.Between(_first + 1, _last - 8);
                _steps.Add(new LogStep.DropBefore(_first));
            }
        }
    }

    public IReadOnlyList<LogStep> Steps => _steps;

    /// <summary>Plays the script on a log that has been opened, telling the model; ends early by whatever the disk throws.</summary>
    public void Play(ILogStorage log, LogModel model)
    {
        for (int i = 0; i < _steps.Count; i++) Play(_steps[i], i, log, model);
    }

    /// <summary>Plays one step.</summary>
    public static void Play(LogStep step, int number, ILogStorage log, LogModel model)
    {
        switch (step)
        {
            case LogStep.Write write:
                PersistBatch batch = write.ToBatch(number + 1);
                model.Write(batch);
                log.Write(batch);
                break;
            case LogStep.Sync:
                log.Sync();
                model.Synced();
                break;
            case LogStep.DropBefore drop:
                model.DropBefore(drop.Index);
                log.Write(new PersistBatch { Ticket = number + 1, DropBefore = drop.Index });
                log.Sync();
                model.Synced();
                break;
        }
    }

    private int AddWrite(ref DeterministicRandom random)
    {
        HardState? hardState = null;
        long? truncateFrom = null;
        if (random.Chance(0.15)) hardState = new HardState(++_term, new NodeId((uint)random.Next(5)));
        int count = (int)random.Between(1, 4);
        if (_last - _first > 3 && random.Chance(0.12))
        {
            truncateFrom = random.Between(Math.Max(_first + 1, _last - 9), _last);
            _last = truncateFrom.Value - 1;
            _term++;
            if (random.Chance(0.3)) count = 0;
        }
        else if (hardState is not null && random.Chance(0.5))
        {
            count = 0;
        }
        var entries = new Entry[count];
        for (int i = 0; i < count; i++)
        {
            int bytes = random.Chance(0.01) ? 5000 : (int)random.Next(_payloadBytesMax);
            entries[i] = StorageUnderTest.MakeEntry(_term, ++_last, bytes);
        }
        _steps.Add(new LogStep.Write(hardState, truncateFrom, entries));
        return count;
    }
}
