namespace DEngine.Core.Tests.Wire;

/// <summary>Counts messages and what the entries of append requests weigh; allocates nothing.</summary>
internal ref struct SizingHandler : IPeerMessageHandler
{
    public int Messages { get; private set; }

    public int EntryBytes { get; private set; }

    public void OnPreVoteRequest(in PreVoteRequest message) => Messages++;

    public void OnPreVoteResponse(in PreVoteResponse message) => Messages++;

    public void OnVoteRequest(in VoteRequest message) => Messages++;

    public void OnVoteResponse(in VoteResponse message) => Messages++;

    public void OnTimeoutNow(in TimeoutNow message) => Messages++;

    public void OnStaleTerm(in StaleTerm message) => Messages++;

    public void OnAppendRequest(in AppendRequest message, ReadOnlySpan<Entry> entries)
    {
        Messages++;
        foreach (ref readonly Entry entry in entries) EntryBytes += entry.Size;
    }

    public void OnAppendAccepted(in AppendAccepted message) => Messages++;

    public void OnAppendRejected(in AppendRejected message) => Messages++;

    public void OnHeartbeat(in Heartbeat message) => Messages++;

    public void OnHeartbeatResponse(in HeartbeatResponse message) => Messages++;

    public void OnSnapshotChunk(in SnapshotChunk message, ReadOnlySpan<byte> bytes) => Messages++;

    public void OnSnapshotProgress(in SnapshotProgress message) => Messages++;

    public void OnDigestNotice(in DigestNotice message) => Messages++;

    public void OnDigestReport(in DigestReport message) => Messages++;

    public void OnRecoveryNotice(in RecoveryNotice message) => Messages++;

    public void OnIdentityNotice(in IdentityNotice message) => Messages++;

    public void OnFillRequest(in FillRequest message) => Messages++;

    public void OnFillAnswer(in FillAnswer message, ReadOnlySpan<Entry> entries) => Messages++;

    public void OnReadIndexRequest(in ReadIndexRequest message) => Messages++;

    public void OnReadIndexResponse(in ReadIndexResponse message) => Messages++;

    public void OnForwardedCommand(in ForwardedCommand message, ReadOnlySpan<byte> payload) => Messages++;

    public void OnForwardedResult(in ForwardedResult message, ReadOnlySpan<byte> reply) => Messages++;
}
