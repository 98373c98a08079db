namespace DEngine.Core;

/// <summary>
/// Receives what peers send. Implemented by structs that also know who the sender is: the decoder does not. Spans are valid during the
/// call only; the one thing that may be kept is an <see cref="Entry"/>.
/// </summary>
public interface IPeerMessageHandler
{
    /// <summary>Receives a <see cref="PreVoteRequest"/>.</summary>
    void OnPreVoteRequest(in PreVoteRequest message);

    /// <summary>Receives a <see cref="PreVoteResponse"/>.</summary>
    void OnPreVoteResponse(in PreVoteResponse message);

    /// <summary>Receives a <see cref="VoteRequest"/>.</summary>
    void OnVoteRequest(in VoteRequest message);

    /// <summary>Receives a <see cref="VoteResponse"/>.</summary>
    void OnVoteResponse(in VoteResponse message);

    /// <summary>Receives a <see cref="TimeoutNow"/>.</summary>
    void OnTimeoutNow(in TimeoutNow message);

    /// <summary>Receives a <see cref="StaleTerm"/>.</summary>
    void OnStaleTerm(in StaleTerm message);

    /// <summary>Receives an <see cref="AppendRequest"/>.</summary>
    /// <param name="message">The header.</param>
    /// <param name="entries">
    /// As many as the header says, contiguous from the previous position on, terms never sinking nor above the message's. The span is
    /// valid during the call; copies of the entries may be kept, their payloads are no one else's.
    /// </param>
    void OnAppendRequest(in AppendRequest message, ReadOnlySpan<Entry> entries);

    /// <summary>Receives an <see cref="AppendAccepted"/>.</summary>
    void OnAppendAccepted(in AppendAccepted message);

    /// <summary>Receives an <see cref="AppendRejected"/>.</summary>
    void OnAppendRejected(in AppendRejected message);

    /// <summary>Receives a <see cref="Heartbeat"/>.</summary>
    void OnHeartbeat(in Heartbeat message);

    /// <summary>Receives a <see cref="HeartbeatResponse"/>.</summary>
    void OnHeartbeatResponse(in HeartbeatResponse message);

    /// <summary>Receives a <see cref="SnapshotChunk"/>; the bytes are to be copied if kept.</summary>
    void OnSnapshotChunk(in SnapshotChunk message, ReadOnlySpan<byte> bytes);

    /// <summary>Receives a <see cref="SnapshotProgress"/>.</summary>
    void OnSnapshotProgress(in SnapshotProgress message);

    /// <summary>Receives a <see cref="DigestNotice"/>.</summary>
    void OnDigestNotice(in DigestNotice message);

    /// <summary>Receives a <see cref="DigestReport"/>.</summary>
    void OnDigestReport(in DigestReport message);

    /// <summary>Receives a <see cref="RecoveryNotice"/>.</summary>
    void OnRecoveryNotice(in RecoveryNotice message);

    /// <summary>Receives an <see cref="IdentityNotice"/>.</summary>
    void OnIdentityNotice(in IdentityNotice message);

    /// <summary>Receives a <see cref="FillRequest"/>.</summary>
    void OnFillRequest(in FillRequest message);

    /// <summary>Receives a <see cref="FillAnswer"/>; its entries as in <see cref="OnAppendRequest"/>, and of no term above the anchor's.</summary>
    void OnFillAnswer(in FillAnswer message, ReadOnlySpan<Entry> entries);

    /// <summary>Receives a <see cref="ReadIndexRequest"/>.</summary>
    void OnReadIndexRequest(in ReadIndexRequest message);

    /// <summary>Receives a <see cref="ReadIndexResponse"/>.</summary>
    void OnReadIndexResponse(in ReadIndexResponse message);

    /// <summary>Receives a <see cref="ForwardedCommand"/>; the payload is to be copied if kept.</summary>
    void OnForwardedCommand(in ForwardedCommand message, ReadOnlySpan<byte> payload);

    /// <summary>Receives a <see cref="ForwardedResult"/>; the reply is to be copied if kept.</summary>
    void OnForwardedResult(in ForwardedResult message, ReadOnlySpan<byte> reply);
}
