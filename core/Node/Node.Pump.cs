using System.Runtime.InteropServices;

namespace DEngine.Core;

/// <summary>The end of a pass: what has been decided leaves, in the one order that is safe.</summary>
public sealed partial class Node
{
    private readonly Stack<PersistBatch> _spareBatches = new();
    private readonly Stack<Outbox> _spareOutboxes = new();
    private readonly Queue<(long Ticket, PersistBatch Batch)> _submitted = new();
    private readonly Queue<(long Ticket, Outbox Messages)> _held = new();

    /// <summary>
    /// Ends the pass. Order: who waited under an ended term is answered; everything that must become durable is submitted under one ticket; the gate of
    /// reads is narrowed; messages that may overtake the disk go out, and may be on the wire at once; promises whose ticket is back go out; what is committed
    /// is applied and published; clients are answered; the gate opens again (R7).
    /// </summary>
    public void Pump(TimeSpan now)
    {
        _now = now;
        Effects effects = _raft.Effects;
        HandleRoleChanges(effects, now);
        TellRecovery(effects);
        TellMembership(effects);
        BeginReads(now);
        _raft.FinishPass(now);
        Gate.BeforeSending(_raft, AppliedIndex, IsInDoubt, now);
        SubmitPersist(effects);
        SubmitSnapshotRequests(effects);
        Send(effects.Outbox);
        effects.Outbox.Clear();
        CompareDigests(now);
        AskForFill(now);
        HoldPromises(effects);
        ReleasePromises();
        ApplyCommitted();
        Gate.AfterApplying(_raft, AppliedIndex, IsInDoubt, now);
        SaveSnapshotIfDue();
        HandleConfirmedReads(effects);
        ReleaseAppliedReads();
        _raft.Compact(AppliedIndex);
    }

    private void SubmitPersist(Effects effects)
    {
        if (effects.Persist.IsEmpty) return;
        StopFillingIfReplaced(effects.Persist);
        _raft.SealPersist();
        PersistBatch batch = effects.Persist;
        _submitted.Enqueue((batch.Ticket, batch));
        effects.Persist = _spareBatches.TryPop(out PersistBatch? spare) ? spare : new PersistBatch();
        _ports.Persistence.Submit(batch);
    }

    /// <summary>Promises made in this pass rest on the latest ticket: it covers everything that is in memory now (D1).</summary>
    private void HoldPromises(Effects effects)
    {
        if (effects.AfterPersist.IsEmpty) return;
        _held.Enqueue((_raft.LastTicket, effects.AfterPersist));
        effects.AfterPersist = _spareOutboxes.TryPop(out Outbox? spare) ? spare : new Outbox();
    }

    private void ReleasePromises()
    {
        while (_submitted.TryPeek(out (long Ticket, PersistBatch Batch) done) && done.Ticket <= _raft.DurableTicket)
        {
            _submitted.Dequeue();
            done.Batch.Reset();
            _spareBatches.Push(done.Batch);
        }

        while (_held.TryPeek(out (long Ticket, Outbox Messages) held) && held.Ticket <= _raft.DurableTicket)
        {
            _held.Dequeue();
            Send(held.Messages);
            held.Messages.Clear();
            _spareOutboxes.Push(held.Messages);
        }
    }

    private void Send(Outbox outbox)
    {
        if (outbox.IsEmpty) return;
        var sender = new FrameSender(this);
        outbox.ReadAll(ref sender);
    }

    private void TellRecovery(Effects effects)
    {
        foreach (RecoveryEvent happened in effects.Recovery) _ports.Observer.OnRecovery(happened);
        effects.Recovery.Clear();
    }

    private void TellMembership(Effects effects)
    {
        foreach (MembershipEvent happened in effects.Membership) _ports.Observer.OnMembership(happened);
        effects.Membership.Clear();
    }

    private void HandleRoleChanges(Effects effects, TimeSpan now)
    {
        if (effects.RoleChanges.Count == 0) return;
        foreach (ref readonly RoleChange change in CollectionsMarshal.AsSpan(effects.RoleChanges))
        {
            _ports.Observer.OnRoleChange(change);
        }

        // A pass may see leadership lost and won again: what waited under the old term is answered either way.
        effects.RoleChanges.Clear();
        FailProposals();
        FailForwarded();
        FailRemoteReads();
        if (!_raft.Leader.IsNone) _ownSession.OnLeaderKnown(now);
    }

    /// <summary>
    /// Encodes and sends. A promise of an older term is not kept back out of politeness: it would be ignored, and it is safer not to be made.
    /// </summary>
    private readonly struct FrameSender(Node node) : IOutboxReader
    {
        public void OnPreVoteRequest(NodeId target, in PreVoteRequest message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnPreVoteResponse(NodeId target, in PreVoteResponse message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnVoteRequest(NodeId target, in VoteRequest message)
        {
            if (message.Term != node._raft.Term) return;
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnVoteResponse(NodeId target, in VoteResponse message)
        {
            if (message.Term != node._raft.Term) return;
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnTimeoutNow(NodeId target, in TimeoutNow message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnStaleTerm(NodeId target, in StaleTerm message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnAppendRequest(NodeId target, in AppendRequest message)
        {
            // A leader that was deposed later in the same pass has nothing to say any more, and its log may have been cut.
            if (message.Term != node._raft.Term) return;
            ReadOnlySpan<Entry> first = default, second = default;
            if (message.EntryCount > 0) node._raft.Log.Range(message.Previous.Index + 1, message.EntryCount, out first, out second);
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message, first, second);
            node.SendFrame(target);
        }

        public void OnAppendAccepted(NodeId target, in AppendAccepted message)
        {
            if (message.Term != node._raft.Term) return;
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnAppendRejected(NodeId target, in AppendRejected message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnHeartbeat(NodeId target, in Heartbeat message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnHeartbeatResponse(NodeId target, in HeartbeatResponse message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnSnapshotProgress(NodeId target, in SnapshotProgress message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnRecoveryNotice(NodeId target, in RecoveryNotice message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }

        public void OnIdentityNotice(NodeId target, in IdentityNotice message)
        {
            node._frame.Reset();
            MessageEncoder.Write(node._frame, message);
            node.SendFrame(target);
        }
    }

    private void SendFrame(NodeId to) => _ports.Network.Send(to, _frame.WrittenSpan);
}
