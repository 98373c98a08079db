namespace DEngine.Core.Tests;

/// <summary>How often the log's bytes call for a snapshot.</summary>
public sealed class SnapshotPacingTests
{
    private const int Entries = 200;
    private const int PayloadBytes = 1_000;
    private const long LogBytesMax = 50_000;

    private static readonly NodeId Leader = new(2);

    /// <summary>
    /// The log exceeds its limit by entries that are not committed. Each that is committed could be covered by a snapshot; a snapshot for each would write the
    /// whole state two hundred times.
    /// </summary>
    [Fact]
    public void Entries_that_are_not_committed_do_not_call_for_one_snapshot_after_another()
    {
        var saved = new Queue<LogPosition>();
        var world = new LoneNode { OnSnapshotRequest = request => saved.Enqueue(Take(request)) };
        Node follower = world.Start(voters: 3, start => start with
        {
            Options = start.Options with { Snapshots = new SnapshotPolicy { LogBytesMax = LogBytesMax, RetainedEntries = 0 } },
        });
        Entry[] entries = [.. Enumerable.Range(1, Entries).Select(index => new Entry(new LogPosition(1, index), EntryKind.Noop, default))];
        for (int i = 0; i < Entries; i++) entries[i] = new Entry(entries[i].Position, EntryKind.Command, new byte[PayloadBytes]);
        follower.Deliver(
            Leader, default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, new AppendRequest(1, default, 0, 1, Entries), entries)), TimeSpan.Zero);
        follower.Pump(TimeSpan.Zero);
        world.Persist(follower, TimeSpan.Zero);
        Assert.Equal(Entries, follower.Raft.Log.LastIndex);

        int snapshots = 0;
        for (long commit = 1; commit <= Entries; commit++)
        {
            follower.Deliver(Leader, default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, new Heartbeat(1, commit, 1))), TimeSpan.Zero);
            follower.Pump(TimeSpan.Zero);
            while (saved.TryDequeue(out LogPosition last))
            {
                snapshots++;
                follower.OnSnapshot(new SnapshotResult.Saved(new SnapshotId(last, 1, 1)), TimeSpan.Zero);
                follower.Pump(TimeSpan.Zero);
            }

            world.Persist(follower, TimeSpan.Zero);
        }

        // One for each quarter of the limit, until what is left is below it.
        Assert.InRange(snapshots, 1, (int)(4 * Entries * PayloadBytes / LogBytesMax) + 1);
        Assert.True(follower.Raft.Log.Bytes <= LogBytesMax, $"the log holds {follower.Raft.Log.Bytes} bytes");
    }

    private static LogPosition Take(SnapshotRequest request)
    {
        SnapshotCapture capture = Assert.IsType<SnapshotRequest.Save>(request).Capture;
        capture.Dispose();
        return capture.Last;
    }
}
