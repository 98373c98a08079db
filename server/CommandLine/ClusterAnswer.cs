namespace DEngine.Server.CommandLine;

/// <summary>What the commands read of the HTTP API's other answers.</summary>
internal sealed record LeaderAnswer(uint Id, string? Address);

internal sealed record MemberAnswer(uint Id, string Address, string Role, string Status, long? MatchIndex, long? Lag, long? DigestIndex, string? Digest);

internal sealed record ClusterAnswer(
    uint NodeId, string Role, ulong Term, LeaderAnswer? Leader, long CommitIndex, long AppliedIndex, long LastIndex, long DurableIndex,
    long FirstIndex, long SnapshotIndex, string? Recovering, string? Digest, long ConfirmedDigestIndex, long DoubtIndex,
    IReadOnlyList<MemberAnswer> Members);

internal sealed record TransferAnswer(LeaderAnswer? Leader);

internal sealed record AcceptLossAnswer(uint NodeId, long LastIndex);

internal sealed record ErrorAnswer(string Error, string Message, LeaderAnswer? Leader);
