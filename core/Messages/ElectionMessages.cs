namespace DEngine.Core;

/// <summary>Asks whether a campaign would succeed, before any term is raised for it (thesis §9.6).</summary>
/// <param name="Term">The term the sender would campaign in: its own plus one.</param>
/// <param name="LastLog">Position of the sender's last entry.</param>
/// <param name="Candidate">The sender's directory.</param>
/// <param name="Voter">The directory that the sender knows the receiver as; none: not known.</param>
public readonly record struct PreVoteRequest(long Term, LogPosition LastLog, NodeIdentity Candidate = default, NodeIdentity Voter = default);

/// <summary>Answer to <see cref="PreVoteRequest"/>.</summary>
/// <param name="Term">
/// Granted: the term of the request, so that the asker can match it (BUGS P1). Refused: the responder's own term, so that a node left
/// behind catches up.
/// </param>
/// <param name="Granted">Whether the responder would vote.</param>
/// <param name="Candidate">The directory that had asked, echoed: a copy may be very late.</param>
public readonly record struct PreVoteResponse(long Term, bool Granted, NodeIdentity Candidate = default);

/// <summary>RequestVote (Raft §5.2).</summary>
/// <param name="Term">The candidate's term.</param>
/// <param name="LastLog">Position of the candidate's last entry that it holds durably.</param>
/// <param name="LeadershipTransfer">The leader itself asked for this campaign: it passes the guard of check-quorum and leases (thesis §4.2.3).</param>
/// <param name="Candidate">The candidate's directory.</param>
/// <param name="Voter">The directory that the candidate knows the receiver as; none: not known.</param>
public readonly record struct VoteRequest(
    long Term, LogPosition LastLog, bool LeadershipTransfer, NodeIdentity Candidate = default, NodeIdentity Voter = default);

/// <summary>Answer to <see cref="VoteRequest"/>; leaves the node only when the vote is durable.</summary>
/// <param name="Term">The voter's term.</param>
/// <param name="Granted">Whether the candidate has the vote.</param>
/// <param name="Candidate">The directory that had asked, echoed: a copy may be very late.</param>
/// <param name="Voter">The voter's directory.</param>
/// <param name="IsLossAccepted">The voter has accepted a loss that no leader has entered into the log yet: the history branches off here.</param>
public readonly record struct VoteResponse(
    long Term, bool Granted, NodeIdentity Candidate = default, NodeIdentity Voter = default, bool IsLossAccepted = false);

/// <summary>From a leader to the node it hands leadership to: campaign now (thesis §3.10). Obeyed only in the same term.</summary>
public readonly record struct TimeoutNow(long Term);

/// <summary>"Your term is behind mine": the answer to a leader's message of an older term, so that it steps down.</summary>
public readonly record struct StaleTerm(long Term);
