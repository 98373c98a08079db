namespace DEngine.Core;

/// <summary>Receives the messages of an <see cref="Outbox"/> in the order in which they were sent.</summary>
public interface IOutboxReader
{
    void OnPreVoteRequest(NodeId target, in PreVoteRequest message);

    void OnPreVoteResponse(NodeId target, in PreVoteResponse message);

    void OnVoteRequest(NodeId target, in VoteRequest message);

    void OnVoteResponse(NodeId target, in VoteResponse message);

    void OnTimeoutNow(NodeId target, in TimeoutNow message);

    void OnStaleTerm(NodeId target, in StaleTerm message);

    void OnAppendRequest(NodeId target, in AppendRequest message);

    void OnAppendAccepted(NodeId target, in AppendAccepted message);

    void OnAppendRejected(NodeId target, in AppendRejected message);

    void OnHeartbeat(NodeId target, in Heartbeat message);

    void OnHeartbeatResponse(NodeId target, in HeartbeatResponse message);

    void OnSnapshotProgress(NodeId target, in SnapshotProgress message);

    void OnRecoveryNotice(NodeId target, in RecoveryNotice message);

    void OnIdentityNotice(NodeId target, in IdentityNotice message);
}
