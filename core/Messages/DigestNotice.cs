namespace DEngine.Core;

/// <summary>From a leader, now and then: what has been applied up to an index comes to this digest (S2). Answered by <see cref="DigestReport"/>.</summary>
/// <param name="Term">The leader's term.</param>
/// <param name="Index">Index of an entry that the leader has applied; 1 and up.</param>
/// <param name="Digest">The leader's own, see <see cref="Applier.Digest"/>.</param>
/// <param name="ByMajority">A majority of the voters has it, the leader among them: whoever differs is the odd one out.</param>
public readonly record struct DigestNotice(long Term, long Index, ulong Digest, bool ByMajority);

/// <summary>What a follower's own digest is at the index of a <see cref="DigestNotice"/>, once it has applied that far.</summary>
/// <param name="Term">The follower's term.</param>
/// <param name="Index">Of the notice.</param>
/// <param name="Digest">The follower's own.</param>
public readonly record struct DigestReport(long Term, long Index, ulong Digest);
