namespace DEngine.Core;

/// <summary>How frames leave a node. In production bounded queues in front of sockets; in the simulator the event queue.</summary>
public interface INetwork
{
    /// <summary>
    /// Sends one encoded frame, or drops it when the peer's queue is full or there is no connection: Raft repeats what matters. Never blocks.
    /// </summary>
    /// <param name="target">A peer.</param>
    /// <param name="frame">Copied before the call returns.</param>
    void Send(NodeId target, ReadOnlySpan<byte> frame);
}

/// <summary>Where a node leaves answers. Called on the loop; must not block and must not call back into the node.</summary>
public interface IReplySink
{
    /// <summary>What became of one attempt submitted with <see cref="Node.SubmitCommand"/>.</summary>
    /// <param name="token">The submitter's.</param>
    /// <param name="status">What became of it.</param>
    /// <param name="leader">The leader as now known.</param>
    /// <param name="reply">The state machine's reply; valid during the call only.</param>
    void OnCommandResult(ulong token, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply);

    /// <summary>What became of an operation submitted with <see cref="Node.SubmitOperation"/>.</summary>
    void OnOperationResult(ulong token, OperationOutcome outcome, ReadOnlySpan<byte> reply);

    /// <summary>
    /// A read submitted with <see cref="Node.SubmitRead"/> may be served from this node's state machine now, which has been published at
    /// <paramref name="appliedIndex"/> or later; or not at all.
    /// </summary>
    void OnReadResult(ulong token, ReadStatus status, long appliedIndex);
}

/// <summary>Told what people want to know about a node. Called on the loop; must not block.</summary>
public interface INodeObserver
{
    void OnRoleChange(in RoleChange change);

    /// <summary>The node's recovery has come a step further.</summary>
    void OnRecovery(in RecoveryEvent happened);

    /// <summary>The members have changed, as far as this node knows; or it is none of them any more.</summary>
    void OnMembership(in MembershipEvent happened)
    {
    }

    /// <summary>A peer's frame could not be read although its checksum was right: another version, or a bug.</summary>
    void OnUndecodableFrame(NodeId from, DecodeError reason);

    /// <summary>
    /// What this node has applied is not what <paramref name="other"/> has, and nobody knows yet who is right (S2): this node serves nothing until
    /// <see cref="OnStateConfirmed"/>.
    /// </summary>
    void OnStateDiffers(NodeId other, long index, ulong own, ulong others)
    {
    }

    /// <summary>A majority has what this node has: it serves again.</summary>
    void OnStateConfirmed(long index)
    {
    }
}
