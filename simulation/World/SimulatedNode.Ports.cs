using System.Text;
using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>What reaches the node, and what it does to the world.</summary>
internal sealed partial class SimulatedNode : IPersistence, ISnapshotPort, INetwork, IReplySink, INodeObserver
{
    /// <summary>Records of a scan that leave with the answer; the others follow from the same state.</summary>
    private const int FirstPageMax = 3;

    public void OnFrame(int from, SimulatedFrame sent)
    {
        FrameResult frame = FrameParser.Parse(sent.Bytes, FrameFormat.PeerFrameBytesMax);
        if (frame.Status != FrameStatus.Frame) throw new ViolationException($"WIRE {Id} received a frame that does not parse: {frame}");
        Running.Deliver(_world.IdOf(from), sent.Sender, sent.Bytes, Now);
        OnInput();
    }

    /// <summary>A frame with a bit turned over: the parser must find out. In production the connection ends there.</summary>
    public void OnDamagedFrame(int from, SimulatedFrame sent)
    {
        FrameResult frame = FrameParser.Parse(sent.Bytes, FrameFormat.PeerFrameBytesMax);
        if (frame.Status == FrameStatus.Frame) throw new ViolationException($"WIRE {Id} took a damaged frame of {_world.IdOf(from)} for a good one");
    }

    public void OnRequest(long number, Request request)
    {
        switch (request.Kind)
        {
            case RequestKind.Command or RequestKind.Repetition:
                Running.SubmitCommand((ulong)number, request.EntryKind, request.Payload, Now);
                break;
            case RequestKind.Operation:
                Running.SubmitOperation((ulong)number, request.Payload, Now + request.Patience, Now);
                break;
            case RequestKind.Read or RequestKind.Scan:
                Running.SubmitRead((ulong)number, request.Consistency);
                break;
            default:
                throw new InvalidOperationException($"unknown request {request.Kind}");
        }

        OnInput();
    }

    public void TransferLeadership(NodeId target)
    {
        Running.TransferLeadership(target, Now);
        OnInput();
    }

    public void ChangeMembership(ReadOnlySpan<MembershipChange> changes)
    {
        Running.ChangeMembership(changes, Now);
        OnInput();
    }

    public void SaveSnapshot()
    {
        Running.SaveSnapshot();
        OnInput();
    }

    /// <summary>The time has come that the node had asked for; it may have put it off since, or have asked for an earlier one instead.</summary>
    public void OnWake()
    {
        if (_world.Queue.Now < _wakeAt) return;
        _wakeAt = TimeSpan.MaxValue;
        ScheduleWake();
    }

    public void OnDiskDone()
    {
        long ticket = _worker.FinishStep();
        if (ticket > 0)
        {
            _world.Checker.DiskOf(Position).OnDurable(ticket);
            Running.OnPersisted(ticket, Now);
        }

        OnInput();
    }

    public void OnSnapshotStep()
    {
        SnapshotId durable = _snapshots.FinishStep() switch
        {
            SnapshotResult.Saved saved => saved.Snapshot,
            SnapshotResult.Received received => received.Snapshot,
            _ => default,
        };
        if (!durable.IsNone) _world.Checker.OnSnapshot(Position, Id, durable);
    }

    public void OnSnapshotResult()
    {
        long applied = Running.AppliedIndex;
        SnapshotResult result = _snapshots.TakeResult();
        _isDropDue |= result is SnapshotResult.Saved or SnapshotResult.Received;
        Running.OnSnapshot(result, Now);
        if (Running.AppliedIndex != applied && !HasGoneWrong) _world.Reads.OnRestored(Id, View());
        if (Running.AppliedIndex != applied) _world.OnMoment(this, Moment.Restored);
        OnInput();
    }

    public void OnLogScrub()
    {
        ScrubStep step = _worker.Scrub();
        OnScrubbed(step, isLog: true);
        if (step.DropThrough == 0) return;
        Running.OnLogDamaged(step.DropThrough, Now);
        OnInput();
    }

    public void OnSnapshotScrub()
    {
        IReadOnlyList<string> before = IsRotten ? Disk.Shown() : [];
        OnScrubbed(_snapshots.Scrub(), isLog: false);
        if (IsRotten) RottenSnapshots.JudgeFind(Id, before, Disk.Shown());
    }

    /// <summary>What the node's store holds under a key now; null: nothing.</summary>
    public string? ValueOf(string key) =>
        View().TryGet(Encoding.UTF8.GetBytes(key), out KeyValueRecord? record) ? Encoding.UTF8.GetString(record.Value.Span) : null;

    void IPersistence.Submit(PersistBatch batch)
    {
        CountEffect(PassEffect.Submission);
        _world.Checker.OnAppended(Running, batch);
        _world.Memberships.OnAppended(Position, Running, batch);
        _world.Recoveries.OnSubmitted(Position, Id, batch);
        DurableShadow disk = _world.Checker.DiskOf(Position);
        RaftLog log = Running.Raft.Log;
        if (disk.FindDropped(batch, log) is { } dropped)
            throw new ViolationException($"PRM {Id} begins its log anew behind {log.Base}, which it has, and drops what follows up to {dropped}");
        disk.OnSubmitted(batch, log);
        if (batch.DropBefore is not null) _dropTicket = batch.Ticket;
        _worker.Submit(batch);
    }

    void ISnapshotPort.Submit(SnapshotRequest request)
    {
        CountEffect(PassEffect.Submission);
        _snapshots.Submit(request);
    }

    void INetwork.Send(NodeId target, ReadOnlySpan<byte> frame)
    {
        CountEffect(PassEffect.Message);
        _world.Promises.OnSend(Running, Position, target, frame, Now);
        _world.Network.Send(Position, (int)target.Value - 1, Running.Raft.Stamp, frame);
        _world.Passes.OnFrame(Position);
        if (MomentOf((MessageKind)frame[FrameFormat.HeaderBytes]) is { } moment) _world.OnMoment(this, moment);
        Reach(PassPoint.Send);
    }

    void IReplySink.OnCommandResult(ulong token, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply)
    {
        CountEffect(PassEffect.Answer);
        if (status == CommandStatus.Applied && IsLeader) DivergenceChecker.OnServed(this, Running);
        _world.Answer(this, (long)token, new Answer { Status = status, Reply = reply.ToArray() });
        if (status == CommandStatus.Applied) _world.OnMoment(this, Moment.Answer);
    }

    void IReplySink.OnOperationResult(ulong token, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        CountEffect(PassEffect.Answer);
        _world.Answer(this, (long)token, new Answer { Outcome = outcome, Reply = reply.ToArray() });
        if (outcome == OperationOutcome.Applied) _world.OnMoment(this, Moment.Answer);
    }

    void IReplySink.OnReadResult(ulong token, ReadStatus status, long appliedIndex)
    {
        CountEffect(PassEffect.Answer);
        if (token == OfNobody) return;
        if (status == ReadStatus.Ready) DivergenceChecker.OnServed(this, Running);

        // What a wrong state shows before anybody can know is nothing to judge the others by.
        if (status != ReadStatus.Ready) _world.Answer(this, (long)token, new Answer { ReadStatus = status });
        else if (HasGoneWrong) _world.LoseAnswer((long)token);
        else AnswerRead((long)token, appliedIndex);
    }

    private void AnswerRead(long number, long appliedIndex)
    {
        Request request = _world.RequestOf(number);
        if (request.Consistency == ReadConsistency.Linearizable) _world.Rounds.OnAnswered(Position, Running, _world.AskedAt(number));
        _world.Answer(this, number, Show(request, appliedIndex));
    }

    void INodeObserver.OnRoleChange(in RoleChange change) => _world.OnRoleChange(this, change);

    void INodeObserver.OnStateDiffers(NodeId other, long index, ulong own, ulong others) => _world.Divergence.OnDoubt(this);

    void INodeObserver.OnMembership(in MembershipEvent happened)
    {
        if (happened.Stage == MembershipStage.InEffect && IsLeader) _world.OnMoment(this, Moment.Change);
        if (happened.Stage == MembershipStage.Replaced) _world.FaultWatcher?.OnFoundReplaced(_world.Queue.Now, this);
    }

    void INodeObserver.OnRecovery(in RecoveryEvent happened) => _world.OnRecovery(this, happened);

    void INodeObserver.OnUndecodableFrame(NodeId from, DecodeError reason) =>
        throw new ViolationException($"WIRE {Id} cannot decode a frame of {from}: {reason}");

    /// <summary>What a reader is shown now: the newest published state.</summary>
    private Answer Show(Request request, long appliedIndex)
    {
        KeyValueView view = View();
        bool isScan = request.Kind == RequestKind.Scan;
        if (isScan || request.Consistency == ReadConsistency.Eventual)
        {
            // What this very pass has committed must be known before it is judged.
            _world.Checker.Check(Position, Running);
            _world.Reads.OnShown(Running, Position, appliedIndex, view);
        }

        if (isScan)
        {
            var page = new List<KeyValueRecord>();
            bool hasMore = view.Scan(Encoding.UTF8.GetBytes(request.Key), default, FirstPageMax, page);
            return new Answer { ReadStatus = ReadStatus.Ready, View = view, FirstPage = page, HasMore = hasMore };
        }

        if (request.Consistency == ReadConsistency.Eventual) _world.Reads.JudgeValue(Id, request.Key, view);
        return new Answer { ReadStatus = ReadStatus.Ready, View = view, Value = ValueOf(request.Key) };
    }

    private static Moment? MomentOf(MessageKind sent) => sent switch
    {
        MessageKind.VoteResponse => Moment.Vote,
        MessageKind.AppendRejected => Moment.Conflict,
        MessageKind.TimeoutNow => Moment.HandOver,
        MessageKind.SnapshotChunk => Moment.Sending,
        MessageKind.PreVoteRequest or MessageKind.VoteRequest => Moment.Campaign,
        _ => null,
    };

    /// <summary>Who has something to do that waits for nobody else must not sleep: nothing but chance would wake it.</summary>
    private void CheckWakefulness()
    {
        if (_pumpScheduled) return;
        if (Running.AppliedIndex < Running.Raft.CommitIndex)
            throw new ViolationException($"LIVE {Id} sleeps at applied index {Running.AppliedIndex}, with {Running.Raft.CommitIndex} entries committed");
        if (!Running.Raft.Effects.IsEmpty) throw new ViolationException($"LIVE {Id} sleeps with something decided that has not been carried out");
    }

    private void CountEffect(PassEffect next)
    {
        _world.Passes.OnEffect(Position);
        if (--_effectsUntilCrash != 0) return;
        _world.FaultWatcher?.OnEndInPass(_world.Queue.Now, this, next);
        throw new SimulatedCrashException($"{Id} ends between two effects of a pass");
    }
}
