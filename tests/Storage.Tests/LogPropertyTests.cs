using DEngine.Core;
using DEngine.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Storage.Tests;

/// <summary>Any sequence of calls, against a list.</summary>
public sealed class LogPropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(150).WithStartSize(10).WithEndSize(120);

    [Fact]
    public void Any_sequence_of_writes_truncations_drops_syncs_and_reopenings_leaves_what_a_list_would()
    {
        Check.One(Config, Prop.ForAll(ArbMap.Default.ArbFor<uint[]>(), codes => Play(codes, crash: false)));
    }

    [Fact]
    public void Any_sequence_with_power_losses_in_between_leaves_a_state_from_the_last_synced_one_on()
    {
        Check.One(Config, Prop.ForAll(ArbMap.Default.ArbFor<uint[]>(), codes => Play(codes, crash: true)));
    }

    /// <summary>Each number is one call: its low digits say which, the rest how much.</summary>
    private static void Play(uint[] codes, bool crash)
    {
        var disk = new SimulatedDisk();
        var model = new LogModel(LogState.Empty);
        WriteAheadLog log = LogHarness.Open(disk);
        long term = 1, next = 1;
        for (int i = 0; i < codes.Length; i++)
        {
            uint mixed = (codes[i] + 1) * 2654435761;
            int argument = (int)(mixed >> 16);
            List<Entry> entries = model.Current.Entries;
            switch (mixed % 10)
            {
                case 0 when entries.Count > 0:
                    next = entries[argument % entries.Count].Index;
                    Write(log, model, Truncation(next, ++term, argument % 3));
                    next += argument % 3;
                    break;
                case 1:
                    Write(log, model, new PersistBatch { Ticket = 1, HardState = new HardState(++term, new NodeId((uint)argument % 9)) });
                    break;
                case 2 or 3:
                    log.Sync();
                    model.Synced();
                    break;
                case 4 when entries.Count > 2:
                    long index = entries[argument % entries.Count].Index;
                    model.DropBefore(index);
                    log.DropBefore(index);
                    model.Synced();
                    break;
                case 5:
                    log.Dispose();
                    Reopen(disk, crash, (ulong)argument, ref model, out log);
                    next = model.Current.Entries.Count > 0 ? model.Current.Entries[^1].Index + 1 : next;
                    break;
                default:
                    Write(log, model, Entries(next, term, 1 + (argument % 5), argument % 900));
                    next += 1 + (argument % 5);
                    break;
            }
        }
        log.Dispose();
        Reopen(disk, crash, seed: 1, ref model, out log);
        log.Dispose();
    }

    private static void Reopen(SimulatedDisk disk, bool crash, ulong seed, ref LogModel model, out WriteAheadLog log)
    {
        if (crash)
        {
            var random = new DeterministicRandom(seed);
            disk.PowerLoss(ref random, PowerLossPolicy.Shuffle);
        }
        log = new WriteAheadLog(disk, LogHarness.Tiny);
        var entries = new List<Entry>();
        LogRecovery recovery = log.Open(entries.Add);
        var found = new LogState(recovery.HardState, entries);
        int state = model.Find(found);
        if (!crash) Assert.True(model.States[state].IsSameAs(model.Current));
        model = new LogModel(found);
    }

    private static void Write(WriteAheadLog log, LogModel model, PersistBatch batch)
    {
        model.Write(batch);
        log.Write(batch);
    }

    private static PersistBatch Truncation(long from, long term, int entries)
    {
        var batch = new PersistBatch { Ticket = 1 };
        batch.Truncate(from);
        for (int i = 0; i < entries; i++) batch.Add(StorageUnderTest.MakeEntry(term, from + i, 30));
        return batch;
    }

    private static PersistBatch Entries(long first, long term, int count, int payloadBytes)
    {
        var batch = new PersistBatch { Ticket = 1 };
        for (int i = 0; i < count; i++) batch.Add(StorageUnderTest.MakeEntry(term, first + i, payloadBytes));
        return batch;
    }
}
