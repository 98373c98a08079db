namespace DEngine.Core;

/// <summary>
/// Reads. The node only decides when a read may be served; the value is then read from the state machine by whoever asked. Reads that arrive in
/// one pass share one confirmation, here or at the leader.
/// </summary>
public sealed partial class Node
{
    private readonly WaitingTable<ReadBatch> _localReads;
    private readonly WaitingTable<ReadBatch> _remoteReads;
    private readonly Queue<AppliedRead> _waitingForApply = new();
    private readonly Stack<List<ulong>> _spareTokens = new();
    private List<ulong> _linearizable = [];
    private List<ulong> _lease = [];

    /// <summary>How many reads wait; never more than may (S3).</summary>
    public int PendingReads { get; private set; }

    /// <summary>Asks when a read may be served. Answered exactly once, through <see cref="IReplySink.OnReadResult"/>, at the pump or later.</summary>
    public void SubmitRead(ulong token, ReadConsistency consistency)
    {
        if (_stopping)
        {
            _ports.Replies.OnReadResult(token, ReadStatus.Stopping, AppliedIndex);
            return;
        }

        if (IsInDoubt)
        {
            _ports.Replies.OnReadResult(token, ReadStatus.NoLeader, AppliedIndex);
            return;
        }

        if (PendingReads >= _options.PendingReadsMax)
        {
            _ports.Replies.OnReadResult(token, ReadStatus.Overloaded, AppliedIndex);
            return;
        }

        switch (consistency)
        {
            case ReadConsistency.Eventual:
                _ports.Replies.OnReadResult(token, ReadStatus.Ready, AppliedIndex);
                break;
            case ReadConsistency.Linearizable:
                PendingReads++;
                _linearizable.Add(token);
                break;
            case ReadConsistency.Lease:
                PendingReads++;
                _lease.Add(token);
                break;
            default:
                Invariant.Broken($"unknown consistency {consistency}");
                break;
        }
    }

    private void BeginReads(TimeSpan now)
    {
        if (_lease.Count > 0) BeginRead(ref _lease, ReadConsistency.Lease, now);
        if (_linearizable.Count > 0) BeginRead(ref _linearizable, ReadConsistency.Linearizable, now);
    }

    private void BeginRead(ref List<ulong> tokens, ReadConsistency consistency, TimeSpan now)
    {
        var batch = new ReadBatch(tokens, NodeId.None, 0);
        tokens = _spareTokens.TryPop(out List<ulong>? spare) ? spare : [];
        if (_raft.IsLeader)
        {
            ConfirmAsLeader(batch, consistency, now);
        }
        else if (_raft.Leader.IsNone)
        {
            Finish(batch, index: -1);
        }
        else
        {
            ulong id = _remoteReads.Add(batch, now + _options.ForwardTimeout);
            _frame.Reset();
            MessageEncoder.Write(_frame, new ReadIndexRequest(id, consistency));
            SendFrame(_raft.Leader);
        }
    }

    private void ConfirmAsLeader(ReadBatch batch, ReadConsistency consistency, TimeSpan now)
    {
        if (consistency == ReadConsistency.Lease && _raft.TryLeaseRead(now, out long index))
        {
            Finish(batch, index);
            return;
        }

        ulong context = _localReads.Add(batch, now + _options.ForwardTimeout);
        bool asked = _raft.RequestRead(context, now);
        Invariant.Holds(asked, "a leader takes reads");
    }

    private void OnReadIndexRequest(NodeId from, in ReadIndexRequest request, TimeSpan now)
    {
        var batch = new ReadBatch(null, from, request.Id);
        if (_raft.IsLeader) ConfirmAsLeader(batch, request.Consistency, now);
        else Finish(batch, index: -1);
    }

    private void OnReadIndexResponse(in ReadIndexResponse response)
    {
        if (_remoteReads.TryRemove(response.Id, out ReadBatch batch)) Finish(batch, response.Index);
    }

    private void HandleConfirmedReads(Effects effects)
    {
        foreach (ReadConfirmation read in effects.Reads)
        {
            if (_localReads.TryRemove(read.Context, out ReadBatch batch)) Finish(batch, read.Index);
        }

        effects.Reads.Clear();
    }

    /// <summary>The leader that was asked is not the leader any more, or may not be: it would be waited for in vain. Asking again is always safe.</summary>
    private void FailRemoteReads()
    {
        while (_remoteReads.TryRemoveOldest(out ReadBatch batch)) Finish(batch, index: -1);
    }

    private void ExpireReads(TimeSpan now)
    {
        while (_localReads.TryRemoveExpired(now, out ReadBatch batch)) Finish(batch, index: -1);
        while (_remoteReads.TryRemoveExpired(now, out ReadBatch batch)) Finish(batch, index: -1);

        // Confirmed, but the entries do not come: cut off from the leader since. They all wait equally long, so the first expires first.
        while (_waitingForApply.TryPeek(out AppliedRead read) && read.Deadline <= now)
        {
            _waitingForApply.Dequeue();
            Release(read.Tokens, ReadStatus.NoLeader);
        }
    }

    /// <summary>The fate of a batch is known: tell the follower that asked, or let its reads go once <paramref name="index"/> is applied here (R5).</summary>
    private void Finish(ReadBatch batch, long index)
    {
        if (batch.Tokens is null)
        {
            _frame.Reset();
            MessageEncoder.Write(_frame, new ReadIndexResponse(batch.RemoteId, index));
            SendFrame(batch.Peer);
        }
        else if (index < 0)
        {
            Release(batch.Tokens, ReadStatus.NoLeader);
        }
        else
        {
            _waitingForApply.Enqueue(new AppliedRead(index, batch.Tokens, _now + _options.ForwardTimeout));
        }
    }

    private void ReleaseAppliedReads()
    {
        // Indices of later reads are almost always higher; a batch that could go earlier waits at most for the one before it.
        while (_waitingForApply.TryPeek(out AppliedRead read) && read.Index <= AppliedIndex)
        {
            _waitingForApply.Dequeue();
            Release(read.Tokens, IsInDoubt ? ReadStatus.NoLeader : ReadStatus.Ready);
        }
    }

    private void Release(List<ulong> tokens, ReadStatus status)
    {
        foreach (ulong token in tokens) _ports.Replies.OnReadResult(token, status, AppliedIndex);
        PendingReads -= tokens.Count;
        tokens.Clear();
        _spareTokens.Push(tokens);
    }

    /// <summary>Reads that share a confirmation: this node's own (<paramref name="Tokens"/>), or those of a follower that asked.</summary>
    private readonly record struct ReadBatch(List<ulong>? Tokens, NodeId Peer, ulong RemoteId);

    private readonly record struct AppliedRead(long Index, List<ulong> Tokens, TimeSpan Deadline);
}
