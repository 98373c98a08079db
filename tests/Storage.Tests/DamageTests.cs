using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>
/// Damage to what was once durable is never taken for a torn tail, and never for an entry (DESIGN §5 rules 1 and 2, BUGS D8 and D14).
/// </summary>
public sealed class DamageTests(ITestOutputHelper output)
{
    private static readonly WriteAheadLogOptions OneSegment = new() { SegmentBytes = 1 << 20, ZeroAheadBytes = 4096 };

    /// <summary>
    /// Anywhere: the checksums say which bit it is, and it is put right, on disk too, and nothing is asked of anybody. But for the last group in a recycled
    /// file: a write of several sectors that was torn may look like that as well, so it is given up, and said (flipped bits, seed 1711).
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_flipped_bit_is_put_right(ulong seed)
    {
        SimulatedDisk disk = Played(seed, out _, out LogState after);
        List<(string File, long Offset)> used = UsedBytes(disk, out long lastGroup);
        Assert.True(SegmentHeader.TryRead(disk.Peek(used[^1].File), out SegmentHeader last));
        var random = new DeterministicRandom(seed);
        int repaired = 0, isolated = 0, inDoubt = 0;
        for (int i = 0; i < 1000; i++)
        {
            (string file, long offset) = i < 200 ? used[^(1 + (i % 40))] : used[(int)random.Next(used.Count)];
            SimulatedDisk copy = disk.Copy();
            copy.FlipBit(file, offset, (int)random.Next(8));
            LogState found = LogHarness.Recover(copy, out LogRecovery recovery);
            if (recovery.Recovery == RecoveryReason.Damaged)
            {
                bool isDoubtful = last.IsRecycled && file == used[^1].File && offset >= lastGroup;
                bool isLong = IsInLongRecord(disk, file, offset);
                Assert.True(isDoubtful || isLong, $"bit at {file}:{offset}: {recovery.Damage}");
                Assert.Contains(file, recovery.Damage, StringComparison.Ordinal);
                Assert.Equal(RecoveryReason.Damaged, Reopen(copy).Recovery);
                GiveBack(copy, found, after);
                Assert.True(LogHarness.Recover(copy, out LogRecovery healed).IsSameAs(after), $"bit at {file}:{offset}");
                Assert.Equal(RecoveryReason.None, healed.Recovery);
                if (isLong) isolated++;
                else inDoubt++;
                continue;
            }

            Assert.True(found.IsSameAs(after), $"bit at {file}:{offset}");
            Assert.Equal(1, recovery.Repairs);
            Assert.True(LogHarness.Recover(copy, out LogRecovery again).IsSameAs(after));
            Assert.Equal(0, again.Repairs);
            repaired++;
        }

        output.WriteLine($"{repaired} put right, {isolated} isolated in long records, {inDoubt} in doubt");
        Assert.True(repaired > 500);
        Assert.True(repaired + isolated > 700);
    }

    /// <summary>
    /// More than a bit: what precedes it is there, term and vote are known, and the log says that it is incomplete until somebody has given it the rest.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_place_is_isolated_and_can_be_filled_by_what_a_leader_sends(ulong seed)
    {
        SimulatedDisk disk = Played(seed, out _, out LogState after);
        List<(string File, long Offset)> used = UsedBytes(disk, out long lastGroup);
        var random = new DeterministicRandom(seed);
        int isolated = 0, harmless = 0;
        for (int i = 0; i < 300; i++)
        {
            (string file, long offset) = used[(int)random.Next(used.Count)];
            if (file == used[^1].File && offset + 600 >= lastGroup) continue;
            SimulatedDisk copy = disk.Copy();
            byte[] garbage = new byte[random.Between(8, 600)];
            for (int at = 0; at < garbage.Length; at++) garbage[at] = (byte)random.Next(256);
            copy.Poke(file, offset, garbage);
            LogState found = LogHarness.Recover(copy, out LogRecovery recovery);
            Assert.Equal(after.HardState, found.HardState);
            if (recovery.Recovery == RecoveryReason.None)
            {
                // What it hit was behind the end of its segment's records.
                Assert.True(found.IsSameAs(after));
                harmless++;
                continue;
            }

            isolated++;
            Assert.Equal(RecoveryReason.Damaged, recovery.Recovery);
            Assert.Contains(file, recovery.Damage, StringComparison.Ordinal);
            Assert.Equal(RecoveryReason.Damaged, Reopen(copy).Recovery);
            GiveBack(copy, found, after);
            LogState whole = LogHarness.Recover(copy, out LogRecovery healed);
            Assert.Equal((RecoveryReason.None, ""), (healed.Recovery, healed.Damage));
            Assert.True(whole.IsSameAs(after), $"{garbage.Length} bytes at {file}:{offset}");
        }

        output.WriteLine($"{isolated} isolated, {harmless} without harm");
        Assert.True(isolated > 150);
    }

    /// <summary>Whatever an opening is at when it ends: the next one knows as well that the log is incomplete, and gives what precedes the damage.</summary>
    [Fact]
    public void A_crash_while_damage_is_being_marked_hides_nothing()
    {
        SimulatedDisk disk = Played(seed: 5, out _, out LogState after);
        List<(string File, long Offset)> used = UsedBytes(disk, out _);
        (string file, long offset) = used[used.Count / 2];
        byte[] garbage = [.. Enumerable.Range(0, 200).Select(i => (byte)((i * 37) + 11))];
        disk.Poke(file, offset, garbage);
        CrashWhileOpening(disk, after.HardState);
    }

    /// <summary>The same where only the copy of term and vote can say them: no crash leaves neither.</summary>
    [Fact]
    public void A_crash_while_damage_is_being_marked_leaves_term_and_vote()
    {
        var disk = new SimulatedDisk();
        var voted = new HardState(3, new NodeId(2));
        using (WriteAheadLog log = LogHarness.Open(disk, OneSegment))
        {
            log.Write(new PersistBatch { Ticket = 1, HardState = voted });
            for (int i = 0; i < 5; i++) LogHarness.Append(log, term: 3, firstIndex: 1 + (10 * i), count: 10);
        }

        disk.Poke(SegmentName.Of(1), SegmentHeader.Bytes + (12 * RecordHeader.TotalBytes(40)), [1, 2, 3, 4, 5]);
        CrashWhileOpening(disk, voted);
    }

    [Fact]
    public void Where_term_and_vote_may_be_lost_nothing_is_changed_on_disk_and_the_message_says_where_and_which_entries()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk, OneSegment))
        {
            for (int i = 0; i < 5; i++) LogHarness.Append(log, term: 1, firstIndex: 1 + (10 * i), count: 10);
        }
        long offset = SegmentHeader.Bytes + (12 * RecordHeader.TotalBytes(40));
        disk.Poke(SegmentName.Of(1), offset + 60, [1, 2, 3, 4, 5]);
        disk.FlipBit(HardStateFile.Name, 100, 1);
        byte[] bytes = disk.Peek(SegmentName.Of(1));
        disk.Faults = new FaultFrom(
            0,
            new DiskFault(DiskFaultKind.CrashBefore),
            DiskOperationKind.Write,
            DiskOperationKind.Create,
            DiskOperationKind.Delete,
            DiskOperationKind.Rename,
            DiskOperationKind.SetLength);
        var error = Assert.Throws<StorageDamagedException>(() => LogHarness.Recover(disk));
        Assert.Contains(SegmentName.Of(1), error.Message, StringComparison.Ordinal);
        Assert.Contains($"offset {offset}", error.Message, StringComparison.Ordinal);
        Assert.Contains("entries 13 to 50", error.Message, StringComparison.Ordinal);
        Assert.Contains(HardStateFile.Name, error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, disk.Peek(SegmentName.Of(1)));
    }

    [Fact]
    public void A_log_that_is_gone_is_missed()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            log.Write(new PersistBatch { Ticket = 1, HardState = new HardState(3, new NodeId(2)) });
            log.Sync();
        }

        disk.Delete(SegmentName.Of(1));
        Assert.Contains("says that there was one", Assert.Throws<StorageDamagedException>(() => LogHarness.Recover(disk)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misdirected_write_is_never_believed()
    {
        int damaged = 0, dropped = 0;
        for (int record = 3; record < 40; record++)
        {
            foreach (int lands in (ReadOnlySpan<int>)[1, record - 1, record + 1, record + 3])
            {
                var disk = new SimulatedDisk();
                using (WriteAheadLog log = LogHarness.Open(disk, OneSegment))
                {
                    for (int i = 1; i <= 40; i++)
                    {
                        if (i == record) disk.Faults = new Misdirection(At(lands));
                        log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, i)));
                        log.Sync();
                        disk.Faults = null;
                    }
                }
                LogState found = LogHarness.Recover(disk, out LogRecovery recovery);
                foreach (Entry entry in found.Entries) Assert.True(StorageUnderTest.Same(StorageUnderTest.MakeEntry(1, entry.Index), entry));
                if (recovery.Recovery == RecoveryReason.Damaged) damaged++;
                else dropped++;
            }
        }
        output.WriteLine($"{damaged} reported, {dropped} healed by the writes that followed");
        Assert.True(damaged > 100 && dropped == 0);

        static long At(int record) => SegmentHeader.Bytes + ((record - 1) * RecordHeader.TotalBytes(20));
    }

    [Fact]
    public void A_record_copied_to_another_place_is_not_believed_there()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk, OneSegment)) LogHarness.Append(log, term: 1, firstIndex: 1, count: 6);
        byte[] bytes = disk.Peek(SegmentName.Of(1));
        int total = (int)RecordHeader.TotalBytes(40);
        // A whole valid record, and what it is chained to, behind the end: the same bytes two places further.
        disk.Poke(SegmentName.Of(1), SegmentHeader.Bytes + (6 * total), bytes.AsSpan(SegmentHeader.Bytes + (4 * total), 2 * total));
        Assert.Equal(6, LogHarness.Recover(disk).Entries.Count);
    }

    /// <summary>Someone keeps a copy of a log in a value: sound records, but not of this place.</summary>
    [Fact]
    public void A_payload_that_holds_records_of_a_log_does_not_make_a_torn_tail_look_like_damage()
    {
        var other = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(other, OneSegment))
        {
            for (int i = 1; i <= 100; i++) LogHarness.Append(log, term: 1, firstIndex: i, count: 1);
        }
        int total = (int)RecordHeader.TotalBytes(40);
        byte[] record = other.Peek(SegmentName.Of(1)).AsSpan(SegmentHeader.Bytes + (99 * total), total).ToArray();

        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk, OneSegment))
        {
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 3);
            log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, 4, 40), new Entry(new LogPosition(1, 5), EntryKind.Command, record)));
        }

        var random = new DeterministicRandom(1);
        disk.PowerLoss(ref random, PowerLossPolicy.KeepEverything);

        // Lost: the first record of the group and the beginning of the second, so that its payload is looked at as if it might hold records.
        disk.Poke(SegmentName.Of(1), SegmentHeader.Bytes + (3 * total), new byte[total + 16]);
        LogState found = LogHarness.Recover(disk, out LogRecovery recovery);
        Assert.Equal(3, found.Entries.Count);
        Assert.True(recovery.TornBytes > total);
    }

    [Fact]
    public void A_record_of_an_abandoned_branch_is_not_believed_even_in_its_own_place()
    {
        var disk = new SimulatedDisk();
        var abandoned = new SimulatedDisk();
        foreach ((SimulatedDisk target, long term) in (ReadOnlySpan<(SimulatedDisk, long)>)[(disk, 2), (abandoned, 1)])
        {
            using WriteAheadLog log = LogHarness.Open(target, OneSegment);
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 3);
            // One group, so that the second record does not claim that the first was synced.
            log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(term, 4, 40), StorageUnderTest.MakeEntry(term, 5, 40)));
            log.Sync();
        }
        int total = (int)RecordHeader.TotalBytes(40);
        int second = SegmentHeader.Bytes + (4 * total);
        disk.Poke(SegmentName.Of(1), second, abandoned.Peek(SegmentName.Of(1)).AsSpan(second, total));
        LogState found = LogHarness.Recover(disk);
        Assert.Equal(4, found.Entries.Count);
        Assert.Equal(new LogPosition(2, 4), found.Entries[^1].Position);
    }

    [Fact]
    public void A_segment_that_is_missing_in_the_middle_or_at_the_beginning_is_damage()
    {
        SimulatedDisk disk = SeveralSegments();
        for (long sequence = 1; sequence <= 3; sequence++)
        {
            SimulatedDisk copy = disk.Copy();
            copy.Delete(SegmentName.Of(sequence));
            var error = Assert.Throws<StorageDamagedException>(() => LogHarness.Recover(copy));
            Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_segment_of_another_log_or_another_time_is_damage()
    {
        SimulatedDisk disk = SeveralSegments();
        SimulatedDisk other = SeveralSegments(term: 2);
        disk.Poke(SegmentName.Of(2), 0, other.Peek(SegmentName.Of(2)));
        Assert.Throws<StorageDamagedException>(() => LogHarness.Recover(disk));

        SimulatedDisk swapped = SeveralSegments();
        swapped.Poke(SegmentName.Of(3), 0, swapped.Peek(SegmentName.Of(2)));
        var error = Assert.Throws<StorageDamagedException>(() => LogHarness.Recover(swapped));
        Assert.Contains("not the file it should be", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing behind its first record could bear witness, so its header has to.</summary>
    [Fact]
    public void A_last_segment_of_another_log_is_damage_though_it_holds_one_group_only()
    {
        SimulatedDisk disk = OneGroupInTheLastSegment(term: 1), other = OneGroupInTheLastSegment(term: 2);
        disk.Poke(SegmentName.Of(2), 0, other.Peek(SegmentName.Of(2)));
        Assert.Throws<StorageDamagedException>(() => LogHarness.Recover(disk));

        static SimulatedDisk OneGroupInTheLastSegment(long term)
        {
            var disk = new SimulatedDisk();
            using WriteAheadLog log = LogHarness.Open(disk);
            for (int i = 1; log.SegmentCount < 2; i++) LogHarness.Append(log, term, firstIndex: i, count: 1);
            return disk;
        }
    }

    [Fact]
    public void A_segment_cut_short_in_its_durable_part_is_damage()
    {
        SimulatedDisk disk = SeveralSegments();
        using (IDiskFile file = disk.Open(SegmentName.Of(2))) file.SetLength(1000);
        LogHarness.Recover(disk, out LogRecovery recovery);
        Assert.Equal(RecoveryReason.Damaged, recovery.Recovery);
    }

    [Fact]
    public void A_log_of_a_newer_format_is_refused_without_calling_it_damage()
    {
        var disk = new SimulatedDisk();
        LogHarness.Open(disk).Dispose();
        byte[] header = disk.Peek(SegmentName.Of(1))[..SegmentHeader.Bytes];
        header[12] = 9;
        uint checksum = Crc32C.Compute(header.AsSpan(12));
        BitConverter.TryWriteBytes(header.AsSpan(8), checksum);
        disk.Poke(SegmentName.Of(1), 0, header);
        var error = Assert.Throws<IOException>(() => LogHarness.Recover(disk));
        Assert.Contains("format version 9", error.Message, StringComparison.Ordinal);
    }

    private static SimulatedDisk SeveralSegments(long term = 1)
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = LogHarness.Open(disk);
        LogHarness.Append(log, term, firstIndex: 1, count: 180);
        Assert.True(log.SegmentCount >= 4);
        return disk;
    }

    /// <summary>Every byte of the log that means something, in order, and where the last synced group begins in the last file.</summary>
    private void CrashWhileOpening(SimulatedDisk disk, HardState voted)
    {
        LogState expected = LogHarness.Recover(disk.Copy());
        var recorder = new OperationRecorder();
        SimulatedDisk watched = disk.Copy();
        watched.Faults = recorder;
        LogHarness.Recover(watched);
        int crashes = 0;
        long before = recorder.Operations[0].Ordinal;
        foreach ((DiskOperation operation, DiskFault fault) in recorder.CrashPoints())
        {
            foreach (PowerLossPolicy policy in (PowerLossPolicy[])[PowerLossPolicy.LoseEverything, PowerLossPolicy.KeepEverything, PowerLossPolicy.Shuffle])
            {
                SimulatedDisk copy = disk.Copy();
                copy.Faults = new FaultAt(operation.Ordinal - before + copy.OperationCount, fault);
                Assert.Throws<SimulatedCrashException>(() => LogHarness.Recover(copy));
                copy.Faults = null;
                var random = new DeterministicRandom((ulong)operation.Ordinal);
                copy.PowerLoss(ref random, policy);
                LogState found = LogHarness.Recover(copy, out LogRecovery recovery);
                Assert.Equal(RecoveryReason.Damaged, recovery.Recovery);
                Assert.Equal(voted, found.HardState);
                Assert.True(found.IsSameAs(expected));
                crashes++;
            }
        }

        output.WriteLine($"{crashes} crashes");
        Assert.True(crashes > 20);
    }

    private static SimulatedDisk Played(ulong seed, out LogState before, out LogState after)
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            var model = new LogModel(LogState.Empty);
            new LogScript(seed, entries: 300).Play(log, model);
            log.Sync();
            before = model.Current;
            Entry last = StorageUnderTest.MakeEntry(99, before.Entries[^1].Index + 1, payloadBytes: 700);
            log.Write(LogHarness.Batch(last));
            log.Sync();
            after = new LogPart(Entry: last).After(before);
        }

        LogHarness.LoseEverythingUnsynced(disk);
        Assert.True(after.IsSameAs(LogHarness.Recover(disk.Copy())));
        return disk;
    }

    private static LogRecovery Reopen(SimulatedDisk disk)
    {
        LogHarness.Recover(disk, out LogRecovery recovery);
        return recovery;
    }

    /// <summary>What a leader does: sends what is missing, and the node says that it is as good as any.</summary>
    private static void GiveBack(SimulatedDisk disk, LogState found, LogState whole)
    {
        using WriteAheadLog log = LogHarness.Open(disk);
        var batch = new PersistBatch { Ticket = 1 };
        long last = found.Entries.Count == 0 ? 0 : found.Entries[^1].Index;
        if (found.Entries.Count == 0 || found.Entries[0].Index != whole.Entries[0].Index)
        {
            batch.TruncateFrom = 1;
            last = 0;
        }

        Entry[] missing = [.. whole.Entries.SkipWhile(entry => entry.Index <= last && found.Entries.Any(known => known.Position == entry.Position))];
        if (batch.TruncateFrom is null && missing.Length > 0 && missing[0].Index <= last) batch.TruncateFrom = missing[0].Index;
        foreach (Entry entry in missing) batch.Add(entry);

        batch.Recovery = RecoveryReason.None;
        log.Write(batch);
        log.Sync();
    }

    /// <summary>One that is too long to be put right.</summary>
    private static bool IsInLongRecord(SimulatedDisk disk, string file, long offset)
    {
        bool isFound = false;
        LogInspection.Read(disk, (in LoggedRecord record) =>
        {
            bool isLong = record.Length > WriteAheadLogOptions.MendBytesMaxDefault;
            isFound |= isLong && record.File == file && offset >= record.Offset && offset < record.Offset + record.Length;
        });
        return isFound;
    }

    private static List<(string File, long Offset)> UsedBytes(SimulatedDisk disk, out long lastGroup)
    {
        var replay = new LogReplay(disk, default, new WriteAheadLogOptions());
        replay.Run(new SegmentFiles(disk, LogHarness.Tiny).List());
        lastGroup = replay.SyncedThrough.Offset;
        var used = new List<(string File, long Offset)>();
        for (int i = 0; i < replay.Segments.Count; i++)
        {
            string name = SegmentName.Of(replay.Segments[i].Sequence);
            long end = replay.End.Offset;
            if (i < replay.Segments.Count - 1)
            {
                Assert.True(SegmentHeader.TryRead(disk.Peek(SegmentName.Of(replay.Segments[i + 1].Sequence)), out SegmentHeader next));
                end = next.PreviousEnd;
            }
            for (long offset = 0; offset < end; offset++) used.Add((name, offset));
        }
        return used;
    }

    private sealed class Misdirection(long offset) : IDiskFaults
    {
        public DiskFault Before(in DiskOperation operation) =>
            operation.Kind == DiskOperationKind.Write && operation.Length < 4000 && operation.File != HardStateFile.Name
                ? new DiskFault(DiskFaultKind.Misdirected, Offset: offset)
                : default;
    }
}
