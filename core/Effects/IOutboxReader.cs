namespace DEngine.Core;

/// <summary>Receives the messages of an <see cref="Outbox"/> in the order in which they were sent.</summary>
public interface IOutboxReader
{
    void OnPreVoteRequest(NodeId to, in PreVoteRequest message);

    void OnPreVoteResponse(NodeId to, in PreVoteResponse message);

    void OnVoteRequest(NodeId to, in VoteRequest message);

    void OnVoteResponse(NodeId to, in VoteResponse message);

    void OnTimeoutNow(NodeId to, in TimeoutNow message);

    void OnStaleTerm(NodeId to, in StaleTerm message);

    void OnAppendRequest(NodeId to, in AppendRequest message);

    void OnAppendAccepted(NodeId to, in AppendAccepted message);

    void OnAppendRejected(NodeId to, in AppendRejected message);

    void OnHeartbeat(NodeId to, in Heartbeat message);

    void OnHeartbeatResponse(NodeId to, in HeartbeatResponse message);
}
