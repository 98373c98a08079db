namespace DEngine.Core;

/// <summary>Commands: proposed here while this node leads, else handed to the leader; and their way back.</summary>
public sealed partial class Node
{
    private readonly Queue<Proposal> _proposals = new();
    private readonly WaitingTable<ReplyTarget> _waitingForLeader;
    private readonly List<AppliedReply> _appliedReplies = [];
    private readonly ReplyBuffer _replyBytes = new();

    /// <summary>How many commands wait, proposed or forwarded; never more than may (S3).</summary>
    public int PendingWrites => _proposals.Count + _waitingForLeader.Count;

    /// <summary>
    /// One attempt at a command, from a client that has a session of its own. Answered exactly once, through <see cref="IReplySink.OnCommandResult"/>,
    /// possibly before this returns.
    /// </summary>
    /// <param name="token">Given back with the answer.</param>
    /// <param name="kind"><see cref="EntryKind.Command"/> or <see cref="EntryKind.RegisterSession"/>.</param>
    /// <param name="payload">Kept; must not change any more.</param>
    /// <param name="now">The instant of arrival.</param>
    public void SubmitCommand(ulong token, EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now) =>
        Execute(ReplyTarget.Sink(token), kind, payload, _now = now);

    /// <summary>
    /// A command carried through by the node's own session: retried across leader changes, applied once. Answered exactly once, through
    /// <see cref="IReplySink.OnOperationResult"/>, by the deadline at the latest.
    /// </summary>
    /// <param name="token">Given back with the answer.</param>
    /// <param name="command">For the state machine; kept, must not change any more.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="now">The instant of arrival.</param>
    public void SubmitOperation(ulong token, ReadOnlyMemory<byte> command, TimeSpan deadline, TimeSpan now) =>
        _ownSession.Submit(token, command, deadline, _now = now);

    private void Execute(ReplyTarget target, EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now)
    {
        if ((_stopping && target.Route != ReplyRoute.OwnSession) || IsInDoubt)
        {
            Answer(target, CommandStatus.NoLeader, default);
        }
        else if (PendingWrites >= _options.PendingWritesMax)
        {
            Answer(target, CommandStatus.Overloaded, default);
        }
        else if (IsStorageFull && _raft.IsLeader)
        {
            Answer(target, CommandStatus.StorageFull, default);
        }
        else if (_raft.Propose(kind, payload, now, out LogPosition position))
        {
            _proposals.Enqueue(new Proposal(position, target));
        }
        else if (target.Route != ReplyRoute.Peer && !_raft.Leader.IsNone && !_raft.IsLeader)
        {
            Forward(target, kind, payload.Span, now);
        }
        else
        {
            // A forwarded command is never forwarded again: the follower that sent it will learn of the new leader and decide.
            Answer(target, CommandStatus.NoLeader, default);
        }
    }

    private void Forward(ReplyTarget target, EntryKind kind, ReadOnlySpan<byte> payload, TimeSpan now)
    {
        ulong id = _waitingForLeader.Add(target, now + _options.ForwardTimeout);
        _frame.Reset();
        MessageEncoder.Write(_frame, new ForwardedCommand(id, kind), payload);
        SendFrame(_raft.Leader);
    }

    private void OnForwardedResult(in ForwardedResult result, ReadOnlySpan<byte> reply)
    {
        if (!_waitingForLeader.TryRemove(result.Id, out ReplyTarget target)) return;

        // A refusal by the leader speaks of one copy of the frame only: another copy may have been proposed, or may still be. What was forwarded is
        // never "certainly not proposed" again (found by seed 2425: the second copy met a full queue while the first was applied).
        CommandStatus status = result.Status is CommandStatus.NoLeader or CommandStatus.Overloaded or CommandStatus.StorageFull
            ? CommandStatus.Unknown
            : result.Status;
        Answer(target, status, reply);
    }

    /// <summary>
    /// Applies what is committed; clients are answered after the run is published, so that whoever has an answer can read its effect here.
    /// </summary>
    private void ApplyCommitted()
    {
        long last = Math.Min(_raft.CommitIndex, _applier.AppliedIndex + _options.ApplyEntriesMax);
        if (_applier.AppliedIndex >= last) return;
        for (long index = _applier.AppliedIndex + 1; index <= last; index++)
        {
            ref readonly Entry entry = ref _raft.Log[index];
            ApplyStatus status = _applier.Apply(entry, out ReadOnlySpan<byte> reply);
            _appliedBytes += entry.Size;
            if (index >= _unansweredIndex) AnswerWaitingNotice();
            if (!_proposals.TryPeek(out Proposal proposal) || proposal.Position.Index != index) continue;
            _proposals.Dequeue();
            Invariant.Holds(proposal.Position == entry.Position, "a proposal is answered by its own entry (X1)", proposal.Position, entry.Position);
            // Whether a state in doubt gives the right reply, nobody knows.
            if (IsInDoubt) _appliedReplies.Add(new AppliedReply(proposal.Target, CommandStatus.Unknown, default));
            else _appliedReplies.Add(new AppliedReply(proposal.Target, ToCommandStatus(status), _replyBytes.Add(reply)));
        }

        _applier.Publish();
        foreach (AppliedReply applied in _appliedReplies) Answer(applied.Target, applied.Status, _replyBytes.Get(applied.Reply));
        _appliedReplies.Clear();
        _replyBytes.Clear();
    }

    /// <summary>
    /// Proposals belong to the term they were made in. When that ends their entries may still commit or not: unknown, never "failed" (X4).
    /// </summary>
    private void FailProposals()
    {
        while (_proposals.TryPeek(out Proposal proposal) && (proposal.Position.Term != _raft.Term || !_raft.IsLeader))
        {
            _proposals.Dequeue();
            Answer(proposal.Target, CommandStatus.Unknown, default);
        }
    }

    private void FailForwarded()
    {
        while (_waitingForLeader.TryRemoveOldest(out ReplyTarget target)) Answer(target, CommandStatus.Unknown, default);
    }

    private void ExpireForwarded(TimeSpan now)
    {
        while (_waitingForLeader.TryRemoveExpired(now, out ReplyTarget target)) Answer(target, CommandStatus.Unknown, default);
    }

    private void Answer(ReplyTarget target, CommandStatus status, ReadOnlySpan<byte> reply)
    {
        switch (target.Route)
        {
            case ReplyRoute.Sink:
                _ports.Replies.OnCommandResult(target.Id, status, _raft.Leader, reply);
                break;
            case ReplyRoute.Peer:
                _frame.Reset();
                MessageEncoder.Write(_frame, new ForwardedResult(target.Id, status), reply);
                SendFrame(target.Peer);
                break;
            case ReplyRoute.OwnSession:
                _ownSession.OnResult(target.Id, status, reply, _now);
                break;
            default:
                Invariant.Broken($"unknown route {target.Route}");
                break;
        }
    }

    private static CommandStatus ToCommandStatus(ApplyStatus status) => status switch
    {
        ApplyStatus.Applied or ApplyStatus.Duplicate => CommandStatus.Applied,
        ApplyStatus.SessionExpired => CommandStatus.SessionExpired,
        ApplyStatus.SequenceReused or ApplyStatus.SequenceForgotten => CommandStatus.SequenceInvalid,
        ApplyStatus.SessionWindowExceeded => CommandStatus.SessionWindowExceeded,
        ApplyStatus.Malformed => CommandStatus.Malformed,
        _ => throw new InvariantViolationException($"unknown apply status {status}"),
    };

    private readonly record struct Proposal(LogPosition Position, ReplyTarget Target);

    private readonly record struct AppliedReply(ReplyTarget Target, CommandStatus Status, Range Reply);

    /// <summary>How the node's own session reaches the cluster: through this node, like any other client.</summary>
    private sealed class OwnSessionPort(Node node) : ISessionPort
    {
        public void Send(ulong attempt, EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now) =>
            node.Execute(ReplyTarget.OwnSession(attempt), kind, payload, now);

        public void Complete(ulong operation, OperationOutcome outcome, ReadOnlySpan<byte> reply) =>
            node._ports.Replies.OnOperationResult(operation, outcome, reply);
    }
}
