using DEngine.Core;

namespace DEngine.Simulation.Reporting;

/// <summary>Notes the fields of a message as numbers. How many there are depends on the kind alone; the page names them.</summary>
internal readonly struct FrameFields(List<long> numbers) : IPeerMessageHandler
{
    public void OnPreVoteRequest(in PreVoteRequest message) => Add(message.Term, message.LastLog.Term, message.LastLog.Index);

    public void OnPreVoteResponse(in PreVoteResponse message) => Add(message.Term, message.Granted ? 1 : 0);

    public void OnVoteRequest(in VoteRequest message) =>
        Add(message.Term, message.LastLog.Term, message.LastLog.Index, message.LeadershipTransfer ? 1 : 0);

    public void OnVoteResponse(in VoteResponse message) => Add(message.Term, message.Granted ? 1 : 0);

    public void OnTimeoutNow(in TimeoutNow message) => Add(message.Term);

    public void OnStaleTerm(in StaleTerm message) => Add(message.Term);

    public void OnAppendRequest(in AppendRequest message, ReadOnlySpan<Entry> entries) =>
        Add(message.Term, message.Previous.Term, message.Previous.Index, message.CommitIndex, message.Round, message.EntryCount);

    public void OnAppendAccepted(in AppendAccepted message) => Add(message.Term, message.Match.Index, message.Round);

    public void OnAppendRejected(in AppendRejected message) =>
        Add(message.Term, message.PreviousIndex, message.Hint.Term, message.Hint.Index, message.Round);

    public void OnHeartbeat(in Heartbeat message) => Add(message.Term, message.CommitIndex, message.Round);

    public void OnHeartbeatResponse(in HeartbeatResponse message) => Add(message.Term, message.Round);

    public void OnSnapshotChunk(in SnapshotChunk message, ReadOnlySpan<byte> bytes) =>
        Add(message.Term, message.Snapshot.Last.Term, message.Snapshot.Last.Index, message.Offset, bytes.Length, message.Snapshot.Bytes);

    public void OnSnapshotProgress(in SnapshotProgress message) =>
        Add(message.Term, message.Snapshot.Last.Term, message.Snapshot.Last.Index, message.NextOffset, message.Snapshot.Bytes);

    /// <summary>Of the digest as much as is told apart at a glance.</summary>
    public void OnDigestNotice(in DigestNotice message) => Add(message.Term, message.Index, (long)(message.Digest >> 32), message.ByMajority ? 1 : 0);

    public void OnDigestReport(in DigestReport message) => Add(message.Term, message.Index, (long)(message.Digest >> 32));

    public void OnRecoveryNotice(in RecoveryNotice message) =>
        Add(message.Term, (long)message.Step, message.Last.Term, message.Last.Index, (long)message.Reason);

    public void OnIdentityNotice(in IdentityNotice message) => Add(message.Term);

    public void OnFillRequest(in FillRequest message) => Add(message.Anchor.Term, message.Anchor.Index, message.From);

    public void OnFillAnswer(in FillAnswer message, ReadOnlySpan<Entry> entries) =>
        Add(message.Anchor.Term, message.Anchor.Index, message.Previous.Term, message.Previous.Index);

    public void OnReadIndexRequest(in ReadIndexRequest message) => Add((long)message.Consistency);

    public void OnReadIndexResponse(in ReadIndexResponse message) => Add(message.Index);

    public void OnForwardedCommand(in ForwardedCommand message, ReadOnlySpan<byte> payload) => Add((long)message.Kind, payload.Length);

    public void OnForwardedResult(in ForwardedResult message, ReadOnlySpan<byte> reply) => Add((long)message.Status);

    private void Add(params ReadOnlySpan<long> fields) => numbers.AddRange(fields);
}
