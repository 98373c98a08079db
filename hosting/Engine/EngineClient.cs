using System.Runtime.CompilerServices;
using DEngine.Core;
using DEngine.Transport;

namespace DEngine;

/// <summary>The store from inside the process: writes and confirmed reads through the loop, other reads straight from the published state.</summary>
internal sealed class EngineClient : IKeyValueClient
{
    private static readonly TimeSpan ReadRetryInterval = TimeSpan.FromMilliseconds(20);

    private readonly NodeLoop _loop;
    private readonly IKeyValueReader _store;
    private readonly KeyValueRequests _requests;
    private readonly MonotonicClock _clock;
    private readonly TimeSpan _timeout;
    private readonly Func<ReadConsistency?, ReadConsistency> _consistencyOf;
    private readonly Func<LeaderInfo?> _leader;
    private readonly EngineMetrics _metrics;

    public EngineClient(
        NodeLoop loop,
        IKeyValueReader store,
        KeyValueRequests requests,
        MonotonicClock clock,
        TimeSpan timeout,
        Func<ReadConsistency?, ReadConsistency> consistencyOf,
        Func<LeaderInfo?> leader,
        EngineMetrics metrics)
    {
        _loop = loop;
        _store = store;
        _requests = requests;
        _clock = clock;
        _timeout = timeout;
        _consistencyOf = consistencyOf;
        _leader = leader;
        _metrics = metrics;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<long> PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        KeyValueReply reply = await WriteAsync(_requests.Put(key.Span, value.Span), cancellation).ConfigureAwait(false);
        return reply.Revision;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ConditionalResult> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default)
    {
        KeyValueReply reply = await WriteAsync(_requests.Delete(key.Span), cancellation).ConfigureAwait(false);
        return new ConditionalResult(reply.Succeeded, reply.Revision);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ConditionalResult> CompareAndSwapAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        KeyValueReply reply = await WriteAsync(_requests.CompareAndSwap(key.Span, expected, value.Span), cancellation).ConfigureAwait(false);
        return new ConditionalResult(reply.Succeeded, reply.Revision);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<KeyValueEntry?> GetAsync(
        ReadOnlyMemory<byte> key, ReadConsistency? consistency = null, CancellationToken cancellation = default)
    {
        _requests.CheckKey(key.Span);
        await ConfirmAsync(_consistencyOf(consistency), cancellation).ConfigureAwait(false);
        try
        {
            return _store.TryGet(key.Span, out KeyValueRecord? record) ? ToEntry(record) : null;
        }
        catch (ObjectDisposedException)
        {
            throw NotReady();
        }
    }

    public async ValueTask<ScanPage> ScanAsync(
        ReadOnlyMemory<byte> prefix,
        ReadOnlyMemory<byte>? after = null,
        int limit = 1000,
        ReadConsistency? consistency = null,
        CancellationToken cancellation = default)
    {
        _requests.CheckScan(prefix.Span, after.GetValueOrDefault().Span, limit);
        await ConfirmAsync(_consistencyOf(consistency), cancellation).ConfigureAwait(false);
        var records = new List<KeyValueRecord>(Math.Min(limit, 64));
        try
        {
            KeyValueScan scan = _store.Scan(prefix.Span, after.GetValueOrDefault().Span, limit, records);
            return new ScanPage(records.ConvertAll(ToEntry), scan.AppliedIndex, scan.HasMore);
        }
        catch (ObjectDisposedException)
        {
            throw NotReady();
        }
    }

    /// <summary>Completes when the published state is recent enough for such a read.</summary>
    public ValueTask ConfirmAsync(ReadConsistency consistency, CancellationToken cancellation)
    {
        _metrics.CountRead(consistency);
        if (_loop.Admits(consistency)) return ValueTask.CompletedTask;
        if (_loop.Counters.DoubtIndex is > 0 and var doubt) throw InDoubt(doubt);
        return ConfirmByLoopAsync(consistency, cancellation);
    }

    private static KeyValueEntry ToEntry(KeyValueRecord record) => new(record.Key, record.Value, record.ModifyRevision);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ConfirmByLoopAsync(ReadConsistency consistency, CancellationToken cancellation)
    {
        TimeSpan deadline = _clock.Now + _timeout;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            PostResult posted = PendingRead.Submit(_loop, consistency, cancellation, out ValueTask<ReadStatus?> pending);
            ThrowUnlessAccepted(posted);
            ReadStatus? status = await pending.ConfigureAwait(false);
            switch (status)
            {
                case ReadStatus.Ready:
                    return;
                case ReadStatus.Overloaded:
                    throw new OverloadedException("Too many reads are waiting on this node.");
                case ReadStatus.Stopping:
                    throw NotReady();
                case ReadStatus.NoLeader when _loop.Counters.DoubtIndex is > 0 and var doubt:
                    throw InDoubt(doubt);
                case ReadStatus.NoLeader when _clock.Now >= deadline:
                    throw NoLeader("read");
                case ReadStatus.NoLeader:
                    await Task.Delay(ReadRetryInterval, cancellation).ConfigureAwait(false);
                    break;
                case null:
                    throw new OperationCanceledException(cancellation);
                default:
                    Invariant.Broken($"unknown read status {status}");
                    break;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<KeyValueReply> WriteAsync(byte[] command, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_loop.Counters.DoubtIndex is > 0 and var doubt) throw InDoubt(doubt);
        PostResult posted = PendingWrite.Submit(_loop, command, _clock.Now + _timeout, cancellation, out ValueTask<WriteResult> pending);
        ThrowUnlessAccepted(posted);
        WriteResult result = await pending.ConfigureAwait(false);
        return result.Outcome switch
        {
            OperationOutcome.Applied when result.Reply.Status == KeyValueStatus.Ok => result.Reply,
            OperationOutcome.Applied or OperationOutcome.Malformed => throw new InvalidRequestException("The store could not read the command."),
            OperationOutcome.NoLeader => throw NoLeader("write"),
            OperationOutcome.Overloaded => throw new OverloadedException("Too many writes are waiting in the cluster."),
            OperationOutcome.StorageFull => throw new StorageFullException(StorageFullException.WhatToDo),
            OperationOutcome.Unknown when result.IsCancelled => throw new UnknownOutcomeException(
                "The caller stopped waiting: the write may have happened, or may still.", new OperationCanceledException(cancellation)),
            OperationOutcome.Unknown => throw new UnknownOutcomeException("No answer came in time: the write may have happened, or may still."),
            _ => throw new InvariantViolationException($"unknown outcome {result.Outcome}"),
        };
    }

    private static void ThrowUnlessAccepted(PostResult posted)
    {
        if (posted == PostResult.Full) throw new OverloadedException("Too many requests are waiting on this node.");
        if (posted == PostResult.Closed) throw NotReady();
    }

    private static NotReadyException NotReady() => new("This node is stopping or has stopped.");

    private static NotReadyException InDoubt(long index) => new(
        $"What this node has applied up to entry {index} is not what another one has, and no majority has decided yet who is right: nothing is served until then. "
        + "See that all nodes are up.");

    private NoLeaderException NoLeader(string what) =>
        new($"No leader took the {what} within {_timeout.TotalSeconds:0.#} s: fewer than a majority of the voters may be up.", _leader());
}
