namespace DEngine.Core;

public sealed partial class Node
{
    /// <summary>Routes what a peer sent, and remembers who it was and when.</summary>
    private readonly struct PeerHandler(Node node, NodeId from, TimeSpan now) : IPeerMessageHandler
    {
        public void OnPreVoteRequest(in PreVoteRequest message) => node._raft.OnPreVoteRequest(from, message, now);

        public void OnPreVoteResponse(in PreVoteResponse message) => node._raft.OnPreVoteResponse(from, message, now);

        public void OnVoteRequest(in VoteRequest message) => node._raft.OnVoteRequest(from, message, now);

        public void OnVoteResponse(in VoteResponse message) => node._raft.OnVoteResponse(from, message, now);

        public void OnTimeoutNow(in TimeoutNow message) => node._raft.OnTimeoutNow(from, message, now);

        public void OnStaleTerm(in StaleTerm message) => node._raft.OnStaleTerm(from, message, now);

        public void OnAppendRequest(in AppendRequest message, ReadOnlySpan<Entry> entries) =>
            node._raft.OnAppendRequest(from, message, entries, now);

        public void OnAppendAccepted(in AppendAccepted message) => node._raft.OnAppendAccepted(from, message, now);

        public void OnAppendRejected(in AppendRejected message) => node._raft.OnAppendRejected(from, message, now);

        public void OnHeartbeat(in Heartbeat message) => node._raft.OnHeartbeat(from, message, now);

        public void OnHeartbeatResponse(in HeartbeatResponse message) => node._raft.OnHeartbeatResponse(from, message, now);

        public void OnSnapshotChunk(in SnapshotChunk message, ReadOnlySpan<byte> bytes) => node._raft.OnSnapshotChunk(from, message, bytes, now);

        public void OnSnapshotProgress(in SnapshotProgress message) => node._raft.OnSnapshotProgress(from, message, now);

        public void OnDigestNotice(in DigestNotice message) => node.OnDigestNotice(from, message);

        public void OnDigestReport(in DigestReport message) => node.OnDigestReport(from, message);

        public void OnRecoveryNotice(in RecoveryNotice message) => node._raft.OnRecoveryNotice(from, message, now);

        public void OnIdentityNotice(in IdentityNotice message) => node._raft.OnIdentityNotice(from, message, now);

        public void OnFillRequest(in FillRequest message) => node.OnFillRequest(from, message);

        public void OnFillAnswer(in FillAnswer message, ReadOnlySpan<Entry> entries) => node.OnFillAnswer(from, message, entries, now);

        public void OnReadIndexRequest(in ReadIndexRequest message) => node.OnReadIndexRequest(from, message, now);

        public void OnReadIndexResponse(in ReadIndexResponse message) => node.OnReadIndexResponse(message);

        public void OnForwardedCommand(in ForwardedCommand message, ReadOnlySpan<byte> payload) =>
            node.Execute(ReplyTarget.ForPeer(from, message.Id), message.Kind, payload.ToArray(), now);

        public void OnForwardedResult(in ForwardedResult message, ReadOnlySpan<byte> reply) => node.OnForwardedResult(message, reply);
    }
}
