using System.Collections.Concurrent;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Transport.Tests;

public sealed class NodeLoopTests
{
    [Fact]
    public async Task A_node_alone_elects_itself_and_answers_operations_and_reads()
    {
        await using var alone = new LoopAlone(new MemoryLog());
        Assert.Equal(OperationOutcome.Applied, await alone.PutAsync("a", "1"));
        Assert.Equal(ReadStatus.Ready, await alone.ReadAsync(ReadConsistency.Linearizable));
        Assert.True(alone.Store.View().TryGet("a"u8, out KeyValueRecord? record));
        Assert.True(record.Value.Span.SequenceEqual("1"u8));
        Assert.True(alone.Loop.Admits(ReadConsistency.Lease));
        Assert.Empty(alone.Fatal);
    }

    [Fact]
    public async Task Many_operations_at_once_are_all_answered()
    {
        await using var alone = new LoopAlone(new MemoryLog());
        OperationOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => alone.PutAsync($"key{i}", "value")));
        Assert.All(outcomes, outcome => Assert.Equal(OperationOutcome.Applied, outcome));
        Assert.Equal(5000, alone.Store.View().Count);
    }

    [Fact]
    public async Task A_failed_disk_is_fatal_and_whoever_waits_is_told_that_the_outcome_is_unknown()
    {
        using var log = new ScriptedLog();
        await using var alone = new LoopAlone(log);
        Assert.Equal(OperationOutcome.Applied, await alone.PutAsync("a", "1"));
        log.FailsSync = true;
        Assert.Equal(OperationOutcome.Unknown, await alone.PutAsync("b", "2"));
        await Patience.UntilAsync(() => !alone.Fatal.IsEmpty);
        Assert.IsType<IOException>(Assert.Single(alone.Fatal));
        Assert.Equal(PostResult.Closed, alone.Loop.TrySubmitRead(new ReadWaiter(), 0, ReadConsistency.Linearizable));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => alone.Loop.CallAsync((_, _) => 1));
        Assert.False(alone.Loop.Admits(ReadConsistency.Lease));
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_and_goes_on_reading()
    {
        using var log = new ScriptedLog();
        await using var alone = new LoopAlone(log);
        Assert.Equal(OperationOutcome.Applied, await alone.PutAsync("a", "1"));
        log.IsFull = true;

        // The write that finds the disk full waits for room; the ones behind it are refused.
        Task<OperationOutcome> first = alone.PutAsync("b", "2");
        await Patience.UntilAsync(() => alone.Loop.CallAsync((node, _) => node.IsStorageFull).Result);
        Assert.Equal(OperationOutcome.StorageFull, await alone.PutAsync("c", "3"));
        Assert.Equal(ReadStatus.Ready, await alone.ReadAsync(ReadConsistency.Lease));

        log.IsFull = false;
        Assert.Equal(OperationOutcome.Applied, await first.WaitAsync(Patience.Long));
        Assert.Equal(OperationOutcome.Applied, await alone.PutAsync("c", "3"));
        Assert.Empty(alone.Fatal);
    }

    [Fact]
    public async Task A_broken_invariant_is_fatal()
    {
        await using var alone = new LoopAlone(new MemoryLog());
        Assert.Equal(OperationOutcome.Applied, await alone.PutAsync("a", "1"));
        Task broken = alone.Loop.CallAsync<int>((_, _) =>
        {
            Invariant.Broken("for the test");
            return 0;
        });
        await Patience.UntilAsync(() => !alone.Fatal.IsEmpty);
        Assert.IsType<InvariantViolationException>(Assert.Single(alone.Fatal));
        Assert.False(broken.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task After_a_stop_everything_that_was_taken_on_has_been_answered()
    {
        var alone = new LoopAlone(new MemoryLog());
        await alone.PutAsync("a", "1");
        Task<OperationOutcome>[] under = [.. Enumerable.Range(0, 1000).Select(i => alone.PutAsync($"key{i}", "value"))];
        await alone.DisposeAsync();
        OperationOutcome[] outcomes = await Task.WhenAll(under).WaitAsync(Patience.Long);
        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { OperationOutcome.Applied, OperationOutcome.Unknown, OperationOutcome.NoLeader }));
        Assert.True(alone.Store.View().Count >= outcomes.Count(outcome => outcome == OperationOutcome.Applied));
    }

    private sealed class LoopAlone : IAsyncDisposable, INodeNetwork, INodeObserver
    {
        private readonly MonotonicClock _clock = new();

        public LoopAlone(ILogStorage log)
        {
            var id = new NodeId(1);
            var raft = new RaftOptions
            {
                ElectionTimeoutMin = TimeSpan.FromMilliseconds(50),
                ElectionTimeoutMax = TimeSpan.FromMilliseconds(100),
                HeartbeatInterval = TimeSpan.FromMilliseconds(10),
                LeaseDuration = TimeSpan.FromMilliseconds(30),
            };
            log.Open(_ => { });
            var snapshots = new SnapshotFiles(new SimulatedDisk());
            snapshots.Open();
            var start = new NodeStart(id, new Configuration(id), new NodeOptions { Raft = raft }, default, new RaftLog(), Store);
            Loop = new NodeLoop(start, new NodeLoopPorts(this, log, snapshots, this, _clock, Fatal.Enqueue), new NodeLoopOptions(), seed: 1);
            Loop.Start();
        }

        public NodeLoop Loop { get; }

        public KeyValueStore Store { get; } = new();

        public ConcurrentQueue<Exception> Fatal { get; } = new();

        public async Task<OperationOutcome> PutAsync(string key, string value)
        {
            var command = KeyValueCommand.Put(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value));
            byte[] bytes = new byte[command.Size];
            command.Write(bytes);
            var waiter = new OperationWaiter();
            PostResult posted = Loop.TrySubmitOperation(waiter, 0, bytes, _clock.Now + Patience.Long);
            return posted == PostResult.Accepted ? await waiter.Outcome.Task.WaitAsync(Patience.Long) : OperationOutcome.NoLeader;
        }

        public async Task<ReadStatus> ReadAsync(ReadConsistency consistency)
        {
            var waiter = new ReadWaiter();
            Assert.Equal(PostResult.Accepted, Loop.TrySubmitRead(waiter, 0, consistency));
            return await waiter.Status.Task.WaitAsync(Patience.Long);
        }

        public async ValueTask DisposeAsync() => await Loop.StopAsync().WaitAsync(Patience.Long);

        public void Send(NodeId target, ReadOnlySpan<byte> frame) => Assert.Fail("a node alone sends nothing");

        public void Flush()
        {
        }

        public bool IsConnected(NodeId peer) => false;

        public void OnRoleChange(in RoleChange change)
        {
        }

        public void OnRecovery(in RecoveryEvent happened)
        {
        }

        public void OnUndecodableFrame(NodeId from, DecodeError reason)
        {
        }
    }

    private sealed class OperationWaiter : IOperationReceiver
    {
        public TaskCompletionSource<OperationOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnOperationResult(ulong id, OperationOutcome outcome, NodeId leader, ReadOnlySpan<byte> reply) => Outcome.SetResult(outcome);
    }

    private sealed class ReadWaiter : IReadReceiver
    {
        public TaskCompletionSource<ReadStatus> Status { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnReadResult(ulong id, ReadStatus status, NodeId leader) => Status.SetResult(status);
    }
}
