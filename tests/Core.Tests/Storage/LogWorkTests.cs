namespace DEngine.Core.Tests;

public sealed class LogWorkTests : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    private readonly RoomyLog _log = new();
    private TimeSpan _now = TimeSpan.FromSeconds(1);

    [Fact]
    public void What_has_gathered_shares_one_sync_and_the_last_ticket()
    {
        LogWork work = Begin();
        for (int i = 1; i <= 3; i++) work.Add(Entries(i, first: i, count: 1));
        Assert.Equal(new LogStep(3, Synced: true, Refused: false), work.Step(_now));
        Assert.Equal(["1..1", "2..2", "3..3", "sync"], _log.Calls);
        Assert.False(work.IsDue(_now));
        Assert.Null(work.NextAt);
    }

    [Fact]
    public void A_group_has_a_limit_of_bytes_and_the_rest_is_due_at_once()
    {
        LogWork work = Begin(bytesMax: 300);
        for (int i = 1; i <= 3; i++) work.Add(Entries(i, first: i, count: 1, bytes: 200));
        Assert.Equal(2, work.Step(_now).Ticket);
        Assert.True(work.IsDue(_now));
        Assert.Equal(3, work.Step(_now).Ticket);
    }

    [Fact]
    public void Tickets_come_in_order()
    {
        LogWork work = Begin();
        work.Add(Entries(2, first: 1, count: 1));
        Assert.Throws<InvariantViolationException>(() => work.Add(Entries(1, first: 2, count: 1)));
    }

    [Fact]
    public void A_batch_without_room_is_tried_again_after_a_while_and_nothing_behind_it_is_written()
    {
        LogWork work = Begin();
        work.Add(Entries(1, first: 1, count: 1));
        work.Add(Entries(2, first: 2, count: 1, bytes: 1000));
        work.Add(Entries(3, first: 3, count: 1));
        _log.Room = 500;
        Assert.Equal(new LogStep(1, Synced: true, Refused: true), work.Step(_now));
        Assert.True(work.IsFull);
        Assert.False(work.IsDue(_now));
        Assert.Equal(_now + Retry, work.NextAt);
        Assert.Equal(new LogStep(0, Synced: false, Refused: true), work.Step(_now += Retry));
        _log.Room = 5000;
        Assert.Equal(3, work.Step(_now += Retry).Ticket);
        Assert.False(work.IsFull);
        Assert.Equal(["1..1", "sync", "2..2", "3..3", "sync"], _log.Calls);
    }

    [Fact]
    public void A_drop_overtakes_what_waits_for_room_as_soon_as_it_comes()
    {
        LogWork work = Begin();
        work.Add(Entries(1, first: 10, count: 1, bytes: 1000));
        _log.Room = 0;
        _log.RoomOfDrop = 2000;
        Assert.True(work.Step(_now).Refused);
        work.Add(new PersistBatch { Ticket = 2, DropBefore = 9 });
        Assert.True(work.IsDue(_now));
        Assert.Equal(2, work.Step(_now).Ticket);
        Assert.Equal(["drop 9", "10..10", "drop 9", "sync"], _log.Calls);
    }

    [Fact]
    public void A_drop_overtakes_no_more_than_what_waiting_batches_leave_alone()
    {
        LogWork work = Begin();
        PersistBatch cut = Entries(1, first: 6, count: 15, bytes: 1000);
        cut.TruncateFrom = 6;
        work.Add(cut);
        work.Add(new PersistBatch { Ticket = 2, DropBefore = 21 });
        _log.Room = 0;
        Assert.True(work.Step(_now).Refused);

        // What is on disk from 6 on is not what the snapshot covers: without what precedes it, it would be taken for what follows the snapshot.
        Assert.Equal(["drop 6"], _log.Calls);
    }

    [Fact]
    public void A_drop_that_finds_no_room_either_is_not_tried_in_a_circle()
    {
        LogWork work = Begin();
        work.Add(Entries(1, first: 10, count: 1, bytes: 1000));
        work.Add(new PersistBatch { Ticket = 2, DropBefore = 9 });
        _log.Room = 0;
        _log.RefusesDrops = true;
        Assert.True(work.Step(_now).Refused);
        Assert.False(work.IsDue(_now));
        work.Add(new PersistBatch { Ticket = 3, DropBefore = 9 });
        Assert.False(work.IsDue(_now));
        work.Add(new PersistBatch { Ticket = 4, DropBefore = 10 });
        Assert.True(work.IsDue(_now));
    }

    [Fact]
    public void A_stop_writes_what_waits_and_then_it_is_over()
    {
        LogWork work = Begin();
        work.Add(Entries(1, first: 1, count: 1));
        work.BeginStop();
        Assert.False(work.IsOver);
        Assert.Equal(1, work.Step(_now).Ticket);
        Assert.True(work.IsOver);
        Assert.False(work.IsDue(_now));
        work.Finish();
        Assert.Equal(["1..1", "sync", "stop"], _log.Calls);
    }

    [Fact]
    public void A_stop_gives_up_at_the_first_batch_that_finds_no_room()
    {
        LogWork work = Begin();
        work.Add(Entries(1, first: 1, count: 1, bytes: 1000));
        work.Add(Entries(2, first: 2, count: 1));
        _log.Room = 500;
        Assert.True(work.Step(_now).Refused);
        work.BeginStop();
        Assert.True(work.IsDue(_now));
        Assert.Equal(new LogStep(0, Synced: false, Refused: true), work.Step(_now));
        Assert.True(work.IsOver);
        Assert.False(work.IsDue(_now + TimeSpan.FromDays(1)));
        work.Finish();
        Assert.Equal(["stop"], _log.Calls);
    }

    [Fact]
    public void What_was_acknowledged_first_is_synced_by_the_next_step()
    {
        LogWork work = Begin(flush: new FlushLimits(Threshold: 3, TimeSpan.FromSeconds(1), BufferedEntriesMax: 100));
        work.Add(Entries(1, first: 1, count: 2));
        Assert.Equal(new LogStep(1, Synced: false, Refused: false), work.Step(_now));
        Assert.Equal(_now + TimeSpan.FromSeconds(1), work.NextAt);
        work.Add(Entries(2, first: 3, count: 1));
        Assert.Equal(new LogStep(2, Synced: false, Refused: false), work.Step(_now));
        work.Add(Entries(3, first: 4, count: 1));
        Assert.Equal(new LogStep(0, Synced: true, Refused: false), work.Step(_now));
        Assert.Equal(new LogStep(3, Synced: false, Refused: false), work.Step(_now));
    }

    [Fact]
    public void A_batch_beyond_the_limit_of_a_write_becomes_several_and_a_prefix_of_them_is_a_prefix_of_it()
    {
        LogWork work = Begin(bytesMax: 250);
        PersistBatch batch = Entries(1, first: 5, count: 5, bytes: 100);
        batch.TruncateFrom = 5;
        batch.HardState = new HardState(2, new NodeId(1));
        batch.Recovery = RecoveryReason.None;
        work.Add(batch);
        Assert.Equal(1, work.Step(_now).Ticket);
        Assert.Equal(["term 2, cut 5, 5..6", "7..8", "9..9, recovered", "sync"], _log.Calls);
    }

    [Fact]
    public void A_fill_of_a_long_gap_is_written_in_parts_and_is_durable_before_what_follows()
    {
        LogWork work = Begin(bytesMax: 250);
        PersistBatch batch = Entries(1, first: 20, count: 1, bytes: 100);
        for (int i = 10; i < 15; i++) batch.Fills.Add(new Entry(new LogPosition(1, i), EntryKind.Command, new byte[100]));
        batch.FilledThrough = 19;
        batch.Recovery = RecoveryReason.None;
        work.Add(batch);
        Assert.Equal(1, work.Step(_now).Ticket);
        Assert.Equal(["fill 10..11", "fill 12..13", "fill 14..14, recovered", "sync", "20..20", "sync"], _log.Calls);
    }

    [Fact]
    public void A_large_batch_goes_on_where_it_found_no_room()
    {
        LogWork work = Begin(bytesMax: 250);
        work.Add(Entries(1, first: 1, count: 5, bytes: 100));
        _log.Room = 300;
        Assert.Equal(new LogStep(0, Synced: true, Refused: true), work.Step(_now));
        _log.Room = 5000;
        Assert.Equal(1, work.Step(_now += Retry).Ticket);
        Assert.Equal(["1..2", "sync", "3..4", "5..5", "sync"], _log.Calls);
    }

    [Fact]
    public void Three_gigabytes_in_one_pass_become_writes_that_fit_a_buffer()
    {
        LogWork work = Begin(bytesMax: 16 << 20);
        byte[] shared = new byte[8 << 20];
        var batch = new PersistBatch { Ticket = 1 };
        for (int i = 1; i <= 384; i++) batch.Add(new Entry(new LogPosition(1, i), EntryKind.Command, shared));
        work.Add(batch);
        Assert.Equal(1, work.Step(_now).Ticket);
        Assert.True(_log.LargestWrite <= 16 << 20);
    }

    public void Dispose() => _log.Dispose();

    private static PersistBatch Entries(long ticket, long first, int count, int bytes = 0)
    {
        var batch = new PersistBatch { Ticket = ticket };
        for (int i = 0; i < count; i++) batch.Add(new Entry(new LogPosition(1, first + i), EntryKind.Command, new byte[bytes]));
        return batch;
    }

    private LogWork Begin(long bytesMax = 16 << 20, FlushLimits? flush = null) =>
        new(_log, new LogWorkOptions { WriteBytesMax = bytesMax, FullRetryInterval = Retry, Flush = flush }, _now);

    /// <summary>Has so much room, and remembers what was asked of it.</summary>
    private sealed class RoomyLog : ILogStorage
    {
        public List<string> Calls { get; } = [];

        public long Room { get; set; } = long.MaxValue / 2;

        public long RoomOfDrop { get; set; }

        public bool RefusesDrops { get; set; }

        public long LargestWrite { get; private set; }

        public LogRecovery Open(Action<Entry> onEntry) => new(default, LogPosition.Origin, IsNew: true, TornBytes: 0);

        public void Write(PersistBatch batch)
        {
            long bytes = batch.Fills.Sum(fill => (long)fill.Size);
            foreach (ref readonly Entry entry in batch.Entries) bytes += entry.Size;
            if (bytes > Room || (batch.DropBefore is not null && RefusesDrops)) throw new StorageFullException("no room");
            LargestWrite = Math.Max(LargestWrite, bytes);
            Room -= bytes;
            if (batch.DropBefore is not null) Room += RoomOfDrop;
            Calls.Add(string.Join(", ", Parts(batch)));
        }

        public void Sync() => Calls.Add("sync");

        public void Finish() => Calls.Add("stop");

        public void Dispose()
        {
        }

        private static IEnumerable<string> Parts(PersistBatch batch)
        {
            if (batch.DropBefore is { } before) yield return $"drop {before}";
            if (batch.HardState is { } hardState) yield return $"term {hardState.Term}";
            if (batch.Fills.Count > 0) yield return $"fill {batch.Fills[0].Index}..{batch.Fills[^1].Index}";
            if (batch.TruncateFrom is { } from) yield return $"cut {from}";
            if (batch.EntryCount > 0) yield return $"{batch.Entries[0].Index}..{batch.Entries[^1].Index}";
            if (batch.Recovery is RecoveryReason.None) yield return "recovered";
        }
    }
}
