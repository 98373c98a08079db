using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using DEngine.Core;
using DEngine.Transport;

namespace DEngine;

/// <summary>
/// A request that waits for the loop, awaited without a task of its own. Decided once: by the loop or by a cancellation, whichever comes first. Reused
/// only when the loop decided, since otherwise the loop still has it.
/// </summary>
internal abstract class PendingAnswer<TResult> : IValueTaskSource<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _decided;
    private bool _isCancelled;

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        // Waits for a cancellation that is running, so that none can reach the next use of this object.
        _registration.Dispose();
        _registration = default;
        bool reusable = !_isCancelled;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (reusable) Return();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Makes the object ready; nothing of it may be in anyone's hands.</summary>
    protected void Prepare()
    {
        _core.Reset();
        _isCancelled = false;
        Volatile.Write(ref _decided, 0);
    }

    /// <summary>The loop has it now and will decide.</summary>
    protected ValueTask<TResult> WaitAsync(CancellationToken cancellation)
    {
        // The token is read first: the registration may run at once.
        short version = _core.Version;
        if (cancellation.CanBeCanceled) _registration = cancellation.UnsafeRegister(static state => ((PendingAnswer<TResult>)state!).Cancel(), this);
        return new ValueTask<TResult>(this, version);
    }

    protected void Decide(TResult result)
    {
        if (Interlocked.Exchange(ref _decided, 1) == 0) _core.SetResult(result);
    }

    /// <summary>What the caller gets who cancelled.</summary>
    protected abstract TResult Cancelled { get; }

    protected abstract void Return();

    private void Cancel()
    {
        if (Interlocked.Exchange(ref _decided, 1) != 0) return;
        _isCancelled = true;
        _core.SetResult(Cancelled);
    }
}

/// <summary>What came of a write.</summary>
internal readonly record struct WriteResult(OperationOutcome Outcome, KeyValueReply Reply, bool IsCancelled = false);

/// <summary>A write that waits.</summary>
internal sealed class PendingWrite : PendingAnswer<WriteResult>, IOperationReceiver
{
    private const int SparesMax = 4096;
    private static readonly ConcurrentQueue<PendingWrite> Spares = new();

    protected override WriteResult Cancelled => new(OperationOutcome.Unknown, default, IsCancelled: true);

    /// <summary>Submits; the task is of use only when accepted.</summary>
    public static PostResult Submit(NodeLoop loop, byte[] command, TimeSpan deadline, CancellationToken cancellation, out ValueTask<WriteResult> result)
    {
        if (!Spares.TryDequeue(out PendingWrite? write)) write = new PendingWrite();
        write.Prepare();
        PostResult posted = loop.TrySubmitOperation(write, 0, command, deadline);
        if (posted == PostResult.Accepted)
        {
            result = write.WaitAsync(cancellation);
            return posted;
        }

        write.Return();
        result = default;
        return posted;
    }

    void IOperationReceiver.OnOperationResult(ulong id, OperationOutcome outcome, NodeId leader, ReadOnlySpan<byte> reply)
    {
        var read = default(KeyValueReply);
        if (outcome == OperationOutcome.Applied)
        {
            bool isReply = KeyValueReply.TryRead(reply, out read);
            Invariant.Holds(isReply, "the store answers with a reply");
        }

        Decide(new WriteResult(outcome, read));
    }

    protected override void Return()
    {
        if (Spares.Count < SparesMax) Spares.Enqueue(this);
    }
}

/// <summary>A read that waits for leave.</summary>
internal sealed class PendingRead : PendingAnswer<ReadStatus?>, IReadReceiver
{
    private const int SparesMax = 4096;
    private static readonly ConcurrentQueue<PendingRead> Spares = new();

    protected override ReadStatus? Cancelled => null;

    /// <inheritdoc cref="PendingWrite.Submit"/>
    public static PostResult Submit(NodeLoop loop, ReadConsistency consistency, CancellationToken cancellation, out ValueTask<ReadStatus?> result)
    {
        if (!Spares.TryDequeue(out PendingRead? read)) read = new PendingRead();
        read.Prepare();
        PostResult posted = loop.TrySubmitRead(read, 0, consistency);
        if (posted == PostResult.Accepted)
        {
            result = read.WaitAsync(cancellation);
            return posted;
        }

        read.Return();
        result = default;
        return posted;
    }

    void IReadReceiver.OnReadResult(ulong id, ReadStatus status, NodeId leader) => Decide(status);

    protected override void Return()
    {
        if (Spares.Count < SparesMax) Spares.Enqueue(this);
    }
}
