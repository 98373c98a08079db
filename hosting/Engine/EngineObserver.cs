using DEngine.Core;
using DEngine.Transport;
using Microsoft.Extensions.Logging;

namespace DEngine;

/// <summary>Turns what happens in the node and on its connections into log lines and changes of leader.</summary>
internal sealed class EngineObserver(
    uint node, ILoggerFactory loggers, Action<NodeId, long> onLeader, Action<RecoveryEvent> onRecovery, Action onStateDiffers)
    : INodeObserver, ITransportObserver
{
    private readonly ILogger _roles = loggers.CreateLogger(EngineLog.RolesCategory);
    private readonly ILogger _engine = loggers.CreateLogger(EngineLog.EngineCategory);
    private readonly ILogger _transport = loggers.CreateLogger(EngineLog.TransportCategory);
    private readonly HashSet<NodeId> _undecodable = [];
    private Role _shown = Role.Follower;
    private (NodeId Leader, long Term) _followed;

    /// <summary>Loop thread. Asking beforehand (pre-vote) changes nothing in the cluster, so it is shown as what it is for others: a follower.</summary>
    public void OnRoleChange(in RoleChange change)
    {
        Role role = change.To == Role.PreCandidate ? Role.Follower : change.To;
        if (role != _shown || (role == Role.Candidate && change.From == Role.Candidate)) ShowChange(role, change.Term);
        if (role == Role.Follower && !change.Leader.IsNone && _followed != (change.Leader, change.Term))
            EngineLog.Follows(_roles, node, change.Leader.Value, change.Term);
        _followed = (change.Leader, change.Term);
        onLeader(change.Leader, change.Term);
    }

    /// <summary>Loop thread.</summary>
    public void OnUndecodableFrame(NodeId from, DecodeError reason)
    {
        if (_undecodable.Add(from)) EngineLog.Undecodable(_transport, node, from.Value, reason.ToString());
    }

    /// <summary>Loop thread.</summary>
    public void OnStateDiffers(NodeId other, long index, ulong own, ulong others)
    {
        EngineLog.StateDiffers(_engine, node, index, own, other.Value, others);
        onStateDiffers();
    }

    /// <summary>Loop thread.</summary>
    public void OnStateConfirmed(long index) => EngineLog.StateConfirmed(_engine, node, index);


    /// <summary>Loop thread.</summary>
    public void OnMembership(in MembershipEvent happened)
    {
        switch (happened.Stage)
        {
            case MembershipStage.InEffect:
                EngineLog.MembersChanged(_engine, node, happened.Configuration.ToString(), happened.Index);
                break;
            case MembershipStage.Replaced:
                EngineLog.Replaced(_engine, node, happened.Known.ToString());
                break;
            case MembershipStage.Forming:
                EngineLog.Forming(_engine, node, happened.Configuration.ToString());
                break;
            default:
                throw new InvariantViolationException($"unknown stage {happened.Stage}");
        }
    }

    public void OnRecovery(in RecoveryEvent happened)
    {
        switch (happened.Stage)
        {
            case RecoveryStage.Began when happened.Reason == RecoveryReason.Damaged:
                EngineLog.RecoveringFromDamage(_engine, node, happened.Last.Index);
                break;
            case RecoveryStage.Began:
                EngineLog.RecoveringFromPowerLoss(_engine, node, happened.Last.Index);
                break;
            case RecoveryStage.MajorityLost:
                EngineLog.MajorityLost(_engine, node);
                break;
            case RecoveryStage.LossAccepted:
                EngineLog.LossAccepted(_engine, node, happened.Required.Index, happened.Last.Index);
                break;
            case RecoveryStage.LossOrdered:
                EngineLog.LossOrdered(_engine, node, happened.Required.Index, happened.Last.Index);
                break;
            case RecoveryStage.Filled:
                EngineLog.Filled(_engine, node, happened.Last.Index);
                break;
            case RecoveryStage.HeldByLearner:
                EngineLog.HeldByLearner(_engine, node, happened.Required.Index, happened.Last.Index);
                break;
            case RecoveryStage.Abandoned:
                EngineLog.Abandoned(_engine, node, happened.Last.Term, happened.Last.Index, happened.Required.Term, happened.Required.Index);
                break;
            case RecoveryStage.Ended:
                EngineLog.RecoveryEnded(_engine, node, happened.Last.Index);
                break;
            default:
                throw new InvariantViolationException($"unknown stage {happened.Stage}");
        }

        onRecovery(happened);
    }

    public void OnPeerConnected(NodeId peer, string address) => EngineLog.PeerConnected(_transport, node, peer.Value, address);

    public void OnPeerLost(NodeId peer, string address, string reason) => EngineLog.PeerLost(_transport, node, peer.Value, address, reason);

    public void OnPeerRefuses(NodeId peer, string address, ServerHello answer)
    {
        string reason = answer.Status switch
        {
            HandshakeStatus.WrongCluster => $"it belongs to cluster \"{answer.ClusterId}\"; compare cluster_id and the addresses in initial_cluster",
            HandshakeStatus.WrongNode => $"it is node {answer.Node.Value}; compare the addresses in initial_cluster",
            HandshakeStatus.UnknownPeer => $"it knows no node {node}; compare its initial_cluster with this node's",
            HandshakeStatus.OtherHistory =>
                $"its log is of another history ({answer.Directory.History}): one of the two was restored from a backup, or formed anew; stop the one that is wrong, "
                + "empty its data directory, and say `dengine replace` for it",
            HandshakeStatus.UnsupportedVersion => "it speaks another version of the wire format",
            HandshakeStatus.Stopping => "it is stopping",
            HandshakeStatus.BadHello or HandshakeStatus.Ok => "it could not read this node's greeting",
            _ => answer.Status.ToString(),
        };
        EngineLog.PeerRefuses(_transport, node, peer.Value, address, reason);
    }

    public void OnConnectionRefused(string source, string reason) => EngineLog.ConnectionRefused(_transport, node, source, reason);

    public void OnListenerTrouble(string reason) => EngineLog.ListenerTrouble(_transport, node, reason);

    private void ShowChange(Role role, long term)
    {
        EngineLog.RoleChanged(_roles, node, _shown.ToString(), role.ToString(), term);
        if (role == Role.Leader) EngineLog.BecameLeader(_roles, node, term);
        _shown = role;
    }
}
