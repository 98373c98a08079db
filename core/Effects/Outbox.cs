using System.Runtime.InteropServices;

namespace DEngine.Core;

/// <summary>
/// Messages on their way out, in order. Each kind has a lane of its own so that no message is boxed or squeezed into another's
/// fields; lanes keep their memory from pass to pass.
/// </summary>
public sealed class Outbox
{
    private readonly List<Envelope> _order = [];
    private readonly List<PreVoteRequest> _preVoteRequests = [];
    private readonly List<PreVoteResponse> _preVoteResponses = [];
    private readonly List<VoteRequest> _voteRequests = [];
    private readonly List<VoteResponse> _voteResponses = [];
    private readonly List<TimeoutNow> _timeoutNows = [];
    private readonly List<StaleTerm> _staleTerms = [];
    private readonly List<AppendRequest> _appendRequests = [];
    private readonly List<AppendAccepted> _appendAccepteds = [];
    private readonly List<AppendRejected> _appendRejecteds = [];
    private readonly List<Heartbeat> _heartbeats = [];
    private readonly List<HeartbeatResponse> _heartbeatResponses = [];
    private readonly List<SnapshotProgress> _snapshotProgresses = [];
    private readonly List<RecoveryNotice> _recoveryNotices = [];
    private readonly List<IdentityNotice> _identityNotices = [];

    private enum Lane : byte
    {
        PreVoteRequest,
        PreVoteResponse,
        VoteRequest,
        VoteResponse,
        TimeoutNow,
        StaleTerm,
        AppendRequest,
        AppendAccepted,
        AppendRejected,
        Heartbeat,
        HeartbeatResponse,
        SnapshotProgress,
        RecoveryNotice,
        IdentityNotice,
    }

    public int Count => _order.Count;

    public bool IsEmpty => _order.Count == 0;

    public void Send(NodeId to, in PreVoteRequest message) => Add(to, Lane.PreVoteRequest, _preVoteRequests, message);

    public void Send(NodeId to, in PreVoteResponse message) => Add(to, Lane.PreVoteResponse, _preVoteResponses, message);

    public void Send(NodeId to, in VoteRequest message) => Add(to, Lane.VoteRequest, _voteRequests, message);

    public void Send(NodeId to, in VoteResponse message) => Add(to, Lane.VoteResponse, _voteResponses, message);

    public void Send(NodeId to, in TimeoutNow message) => Add(to, Lane.TimeoutNow, _timeoutNows, message);

    public void Send(NodeId to, in StaleTerm message) => Add(to, Lane.StaleTerm, _staleTerms, message);

    public void Send(NodeId to, in AppendRequest message) => Add(to, Lane.AppendRequest, _appendRequests, message);

    public void Send(NodeId to, in AppendAccepted message) => Add(to, Lane.AppendAccepted, _appendAccepteds, message);

    public void Send(NodeId to, in AppendRejected message) => Add(to, Lane.AppendRejected, _appendRejecteds, message);

    public void Send(NodeId to, in Heartbeat message) => Add(to, Lane.Heartbeat, _heartbeats, message);

    public void Send(NodeId to, in HeartbeatResponse message) => Add(to, Lane.HeartbeatResponse, _heartbeatResponses, message);

    public void Send(NodeId to, in SnapshotProgress message) => Add(to, Lane.SnapshotProgress, _snapshotProgresses, message);

    public void Send(NodeId to, in RecoveryNotice message) => Add(to, Lane.RecoveryNotice, _recoveryNotices, message);

    public void Send(NodeId to, in IdentityNotice message) => Add(to, Lane.IdentityNotice, _identityNotices, message);

    /// <summary>Hands every message to the reader, in order. The outbox is unchanged.</summary>
    public void ReadAll<TReader>(ref TReader reader)
        where TReader : struct, IOutboxReader, allows ref struct
    {
        foreach (ref readonly Envelope envelope in CollectionsMarshal.AsSpan(_order))
        {
            NodeId to = envelope.To;
            int slot = envelope.Slot;
            switch (envelope.Lane)
            {
                case Lane.PreVoteRequest: reader.OnPreVoteRequest(to, _preVoteRequests[slot]); break;
                case Lane.PreVoteResponse: reader.OnPreVoteResponse(to, _preVoteResponses[slot]); break;
                case Lane.VoteRequest: reader.OnVoteRequest(to, _voteRequests[slot]); break;
                case Lane.VoteResponse: reader.OnVoteResponse(to, _voteResponses[slot]); break;
                case Lane.TimeoutNow: reader.OnTimeoutNow(to, _timeoutNows[slot]); break;
                case Lane.StaleTerm: reader.OnStaleTerm(to, _staleTerms[slot]); break;
                case Lane.AppendRequest: reader.OnAppendRequest(to, _appendRequests[slot]); break;
                case Lane.AppendAccepted: reader.OnAppendAccepted(to, _appendAccepteds[slot]); break;
                case Lane.AppendRejected: reader.OnAppendRejected(to, _appendRejecteds[slot]); break;
                case Lane.Heartbeat: reader.OnHeartbeat(to, _heartbeats[slot]); break;
                case Lane.HeartbeatResponse: reader.OnHeartbeatResponse(to, _heartbeatResponses[slot]); break;
                case Lane.SnapshotProgress: reader.OnSnapshotProgress(to, _snapshotProgresses[slot]); break;
                case Lane.RecoveryNotice: reader.OnRecoveryNotice(to, _recoveryNotices[slot]); break;
                case Lane.IdentityNotice: reader.OnIdentityNotice(to, _identityNotices[slot]); break;
                default: Invariant.Broken($"unknown lane {envelope.Lane}"); break;
            }
        }
    }

    public void Clear()
    {
        _order.Clear();
        _preVoteRequests.Clear();
        _preVoteResponses.Clear();
        _voteRequests.Clear();
        _voteResponses.Clear();
        _timeoutNows.Clear();
        _staleTerms.Clear();
        _appendRequests.Clear();
        _appendAccepteds.Clear();
        _appendRejecteds.Clear();
        _heartbeats.Clear();
        _heartbeatResponses.Clear();
        _snapshotProgresses.Clear();
        _recoveryNotices.Clear();
        _identityNotices.Clear();
    }

    private void Add<TMessage>(NodeId to, Lane lane, List<TMessage> messages, in TMessage message)
    {
        _order.Add(new Envelope(to, lane, messages.Count));
        messages.Add(message);
    }

    private readonly record struct Envelope(NodeId To, Lane Lane, int Slot);
}
