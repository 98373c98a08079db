using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Looks at what leaves a node: a vote, a request for votes and an acknowledgement are promises, and may leave only when the disk holds what they promise
/// (D1, E3, E4). Remembers every vote, so that no restart can hide a second one. Who tells its leader that its state is another must doubt it (S2).
/// </summary>
internal sealed class PromiseChecker(SafetyChecker checker, RottenSnapshots rotten, LimitsChecker limits)
{
    private readonly MessageDecoder _decoder = new();
    private readonly LimitsChecker _limits = limits;
    private readonly Dictionary<(NodeIdentity Voter, long Term), (NodeId Node, NodeIdentity Directory)> _votes = [];

    /// <summary>Candidates that belong to a cluster, by directory and term.</summary>
    private readonly HashSet<(NodeIdentity Candidate, long Term)> _formed = [];

    /// <summary>Who has voted for which directory, as which directory, and as any.</summary>
    private readonly HashSet<(NodeId Voter, NodeIdentity Directory, long Term, NodeIdentity Candidate)> _granted = [];

    private readonly Dictionary<(long Term, long Index), ulong> _digests = [];

    /// <summary>A node sends a frame.</summary>
    /// <param name="node">Who.</param>
    /// <param name="position">Its position.</param>
    /// <param name="target">To whom.</param>
    /// <param name="frame">The bytes.</param>
    /// <param name="now">By the node's clock.</param>
    public void OnSend(Node node, int position, NodeId target, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        var kind = (MessageKind)frame[FrameFormat.HeaderBytes];
        if (target == node.Id) throw new ViolationException($"WIRE {node.Id} sends a {kind} to itself, where nothing arrives");
        if (!IsPromise(kind)) return;
        var judge = new Judge(this, node, position, target, now);
        if (_decoder.DecodePeerMessage(frame, ref judge) is var error and not DecodeError.None)
            throw new ViolationException($"WIRE {node.Id} sends a frame that cannot be decoded: {error}");
    }

    private static bool IsPromise(MessageKind kind) => kind is MessageKind.VoteRequest or MessageKind.VoteResponse or MessageKind.AppendAccepted
        or MessageKind.HeartbeatResponse or MessageKind.TimeoutNow or MessageKind.FillAnswer or MessageKind.DigestNotice or MessageKind.DigestReport
        or MessageKind.AppendRequest or MessageKind.SnapshotChunk;

    /// <summary>A node has been elected, as it takes it.</summary>
    public void OnElected(Node node, long term) =>
        MembershipChecker.OnElected(node, term, voter => _granted.Contains((voter.Id, voter.Identity, term, node.Raft.Identity)));

    private void OnVote(Node voter, long term, NodeId candidate, NodeIdentity directory)
    {
        // Who has a member's number and is not that member has no vote (Z4); where a cluster is being formed nobody is a member yet.
        bool isStranger = checker.CommittedConfiguration is not null && !checker.Knows(voter.Raft.Identity);
        if (isStranger && _formed.Contains((directory, term)))
            throw new ViolationException($"IDN {voter.Id} votes for {candidate} in term {term}, on a directory that no member is known by");
        if (!_votes.TryAdd((voter.Raft.Identity, term), (candidate, directory)) && _votes[(voter.Raft.Identity, term)] != (candidate, directory))
            throw new ViolationException($"ES {voter.Id} votes for {candidate} in term {term}, and has voted for {_votes[(voter.Raft.Identity, term)].Node}");
    }

    private DurableShadow DiskOf(int position) => checker.DiskOf(position);

    private void JudgeChunk(Node node, in SnapshotChunk chunk, ReadOnlySpan<byte> bytes) => rotten.JudgeChunk(node.Id, chunk, bytes);

    /// <summary>What is given for a gap is what precedes the entry behind it, and nothing else (Y5).</summary>
    private void JudgeFill(Node node, in FillAnswer answer, ReadOnlySpan<Entry> entries)
    {
        if (entries.IsEmpty && !answer.KnowsPrevious) return;
        LogPosition previous = entries.IsEmpty ? answer.Previous : entries[^1].Position;
        if (checker.PreviousTermOf(answer.Anchor) is { } term && term != previous.Term)
            throw new ViolationException($"REC {node.Id} gives {previous} for what precedes {answer.Anchor}; that is of term {term}");
    }

    private readonly struct Judge(PromiseChecker owner, Node node, int position, NodeId target, TimeSpan now) : IPeerMessageHandler
    {
        private readonly DurableShadow _disk = owner.DiskOf(position);

        public void OnVoteRequest(in VoteRequest message)
        {
            Count("asks for votes", message.Term);
            Owe(_disk.HardState.Term > message.Term || _disk.HardState == new HardState(message.Term, node.Id), "asks for votes", message.Term);

            // One that has been cut meanwhile is that of a node which follows by now, and counts no votes.
            if (message.LastLog != LogPosition.Origin && node.Raft.Log.Contains(message.LastLog))
                Owe(_disk.Holds(message.LastLog), $"asks for votes with a log up to {message.LastLog}", message.Term);
            if (!node.Raft.Configuration.IsInitial) owner._formed.Add((message.Candidate, message.Term));
            owner.OnVote(node, message.Term, node.Id, message.Candidate);
        }

        public void OnVoteResponse(in VoteResponse message)
        {
            if (!message.Granted) return;
            Count($"votes for {target}", message.Term);
            Owe(_disk.HardState.Term > message.Term || _disk.HardState == new HardState(message.Term, target), $"votes for {target}", message.Term);
            owner.OnVote(node, message.Term, target, message.Candidate);
            owner._granted.Add((node.Id, node.Raft.Identity, message.Term, message.Candidate));
            owner._granted.Add((node.Id, NodeIdentity.None, message.Term, message.Candidate));
        }

        public void OnAppendAccepted(in AppendAccepted message)
        {
            if (message.Recovery == 0) Count("acknowledges entries", message.Term);
            Owe(_disk.HardState.Term >= message.Term, "acknowledges entries", message.Term);
            if (message.Match.Index == 0 || message.Term != node.Raft.Term) return;
            Owe(_disk.Holds(message.Match), $"acknowledges entries up to {message.Match}", message.Term);
        }

        public void OnHeartbeatResponse(in HeartbeatResponse message)
        {
            if (message.Round != 0) Count("confirms a leader", message.Term);
            Owe(_disk.HardState.Term >= message.Term, "confirms a leader", message.Term);
        }

        public void OnPreVoteRequest(in PreVoteRequest message)
        {
        }

        public void OnPreVoteResponse(in PreVoteResponse message)
        {
        }

        public void OnTimeoutNow(in TimeoutNow message) => MembershipChecker.OnHandOver(node, target);

        public void OnStaleTerm(in StaleTerm message)
        {
        }

        public void OnAppendRequest(in AppendRequest message, ReadOnlySpan<Entry> entries) => owner._limits.OnAppend(node, message, entries);

        public void OnAppendRejected(in AppendRejected message)
        {
        }

        public void OnHeartbeat(in Heartbeat message)
        {
        }

        public void OnSnapshotChunk(in SnapshotChunk message, ReadOnlySpan<byte> bytes)
        {
            owner.JudgeChunk(node, message, bytes);
            owner._limits.OnChunk(node, position, bytes.Length, now);
        }

        public void OnSnapshotProgress(in SnapshotProgress message)
        {
        }

        public void OnDigestNotice(in DigestNotice message) => owner._digests[(message.Term, message.Index)] = message.Digest;

        public void OnDigestReport(in DigestReport message)
        {
            bool differs = owner._digests.TryGetValue((message.Term, message.Index), out ulong digest) && digest != message.Digest;

            // Whom a majority has confirmed there is right, and learners decide nothing.
            bool mayBeRight = message.Index <= node.ConfirmedDigestIndex || !node.Raft.Configuration.IsVoter(target);
            if (differs && !mayBeRight && node.DoubtIndex == 0)
                throw new ViolationException($"DIG {node.Id} differs from its leader at entry {message.Index}, tells it so, and does not doubt itself");
        }

        public void OnRecoveryNotice(in RecoveryNotice message)
        {
        }

        public void OnIdentityNotice(in IdentityNotice message)
        {
        }

        public void OnFillRequest(in FillRequest message)
        {
        }

        public void OnFillAnswer(in FillAnswer message, ReadOnlySpan<Entry> entries) => owner.JudgeFill(node, message, entries);

        public void OnReadIndexRequest(in ReadIndexRequest message)
        {
        }

        public void OnReadIndexResponse(in ReadIndexResponse message)
        {
        }

        public void OnForwardedCommand(in ForwardedCommand message, ReadOnlySpan<byte> payload)
        {
        }

        public void OnForwardedResult(in ForwardedResult message, ReadOnlySpan<byte> reply)
        {
        }

        /// <summary>Who has lost what it promised makes no promise that counts (Y1).</summary>
        private void Count(string promise, long term)
        {
            if (_disk.IsIncomplete && !_disk.IsLossAccepted) throw new ViolationException($"REC {node.Id} {promise} in term {term}, and has lost what it acknowledged");
        }

        private void Owe(bool isHeld, string promise, long term)
        {
            if (!isHeld) throw new ViolationException($"PRM {node.Id} {promise} in term {term}, and its disk holds {_disk.HardState} and {_disk.LastIndex} entries");
        }
    }
}
