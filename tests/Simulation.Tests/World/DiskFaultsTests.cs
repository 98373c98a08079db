using DEngine.Core;
using DEngine.Simulation.World;
using DEngine.Storage;

namespace DEngine.Simulation.Tests.World;

public sealed class DiskFaultsTests
{
    /// <summary>Enough for zeros to be written ahead of use within a group that is settled at the end.</summary>
    private const int Groups = 80;

    private static readonly WriteAheadLogOptions Options = new() { SegmentBytes = 64 << 10, ZeroAheadBytes = 4096 };

    /// <summary>
    /// Found by a mutant that only shifted elections (V6, seed 58): the zeros that a log writes ahead of use had long been synced, and the place lay within the
    /// last group, which has no witness. Whatever turns over must be told from a torn tail: damage, or nothing lost.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_rots_has_a_witness(bool restarts)
    {
        var faults = new DiskFaults();
        var disk = new SimulatedDisk(faults);
        Fill(disk, faults, from: 1);
        if (restarts)
        {
            // A group of which the process has not heard any more that it is durable; what comes after vouches for it.
            using WriteAheadLog log = Open(disk, out long last);
            faults.BeginGroup();
            Write(log, last + 1);
        }

        if (restarts) Open(disk, out _).Dispose();
        long held = Recover(disk.Copy());
        var random = new DeterministicRandom(1);
        disk.PowerLoss(ref random, PowerLossPolicy.KeepEverything);
        int damaged = 0;
        for (int sample = 0; sample < 4000; sample++)
        {
            if (faults.Locate(disk, sample * (long.MaxValue / 4000)) is not { } place || place.Offset >= disk.Peek(place.File).Length) continue;
            SimulatedDisk copy = disk.Copy();
            byte[] content = copy.Peek(place.File);
            int count = Math.Min(faults.CountWitnessed(place.File, place.Offset, 2), content.Length - (int)place.Offset);
            byte[] garbage = content.AsSpan((int)place.Offset, count).ToArray();
            for (int i = 0; i < garbage.Length; i++) garbage[i] ^= 0x5A;
            copy.Poke(place.File, place.Offset, garbage);
            using var log = new WriteAheadLog(copy, Options);
            LogRecovery found = log.Open(_ => { });
            if (found.Recovery == RecoveryReason.Damaged) damaged++;
            else Assert.Equal(held, found.LastPosition.Index);
        }

        Assert.True(damaged > 100, $"{damaged} of the samples met anything that matters");
    }

    private static void Fill(SimulatedDisk disk, DiskFaults faults, long from)
    {
        using WriteAheadLog log = Open(disk, out _);
        for (long index = from; index < from + Groups; index++)
        {
            faults.BeginGroup();
            Write(log, index);
            log.Sync();
            faults.EndGroup();
        }
    }

    private static void Write(WriteAheadLog log, long index)
    {
        var batch = new PersistBatch { Ticket = 1 };
        batch.Add(new Entry(new LogPosition(1, index), EntryKind.Command, new byte[40]));
        log.Write(batch);
    }

    private static WriteAheadLog Open(SimulatedDisk disk, out long last)
    {
        var log = new WriteAheadLog(disk, Options);
        last = log.Open(_ => { }).LastPosition.Index;
        return log;
    }

    private static long Recover(SimulatedDisk disk)
    {
        using WriteAheadLog log = Open(disk, out long last);
        return last;
    }
}
