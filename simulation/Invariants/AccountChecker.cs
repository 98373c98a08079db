using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Compares what a node holds to be true with what is: of its own disk, and, while it leads, of the logs of the others. A mistake shows here at once, long
/// before somebody acts on it.
/// </summary>
internal sealed class AccountChecker(SafetyChecker checker)
{
    /// <summary>After an event, with everything before it known to the <see cref="SafetyChecker"/>.</summary>
    public void Check(int position, Node node)
    {
        RaftNode raft = node.Raft;
        if (raft.DurableIndex > raft.Log.LastIndex)
            throw new ViolationException($"ACC {node.Id} holds its log to be durable up to {raft.DurableIndex}; it ends at {raft.Log.Last}");
        if (!IsHeld(checker.DiskOf(position), raft, raft.DurableIndex))
            throw new ViolationException($"ACC {node.Id} holds its log to be durable up to {raft.DurableIndex}, and its disk does not have that entry");
        if (!raft.IsLeader) return;
        foreach (PeerProgress peer in raft.Peers) CheckPeer(node, peer);
    }

    /// <summary>What a peer has promised in this leader's term, it holds; a later leader may have cut it.</summary>
    private void CheckPeer(Node node, PeerProgress peer)
    {
        RaftNode raft = node.Raft;
        if (peer.Match >= peer.Next || peer.Next > raft.Log.LastIndex + 1)
        {
            throw new ViolationException(
                $"ACC {node.Id} knows {peer.Id} to have {peer.Match} entries and sends {peer.Next} next; its own log ends at {raft.Log.Last}");
        }

        // Only what is pipelined is counted as under way, and each message of it brings an entry at least.
        long underWayMax = peer.State == ReplicationState.Probe ? 0 : peer.Next - 1 - peer.Match;
        if (peer.Inflight.Count > underWayMax)
        {
            throw new ViolationException(
                $"ACC {node.Id} counts {peer.Inflight.Count} messages to {peer.Id} as under way in {peer.State}; {underWayMax} can be");
        }

        DurableShadow disk = checker.DiskOf((int)peer.Id.Value - 1);
        bool isExcused = disk.IsIncomplete || disk.SaysRecovering || WasHeld(disk, raft, peer.Match);
        if (disk.HardState.Term <= raft.Term && !isExcused && !IsHeld(disk, raft, peer.Match))
            throw new ViolationException($"ACC {node.Id} leads term {raft.Term} and takes {peer.Id} to have {peer.Match} entries of its log; it has not");
    }

    /// <summary>By a disk that has been replaced by an empty one since.</summary>
    private static bool WasHeld(DurableShadow disk, RaftNode raft, long index) =>
        raft.Log.TryTermAt(index, out long term) && disk.HasLost(new LogPosition(term, index));

    private static bool IsHeld(DurableShadow disk, RaftNode raft, long index) =>
        index <= raft.Log.Base.Index || (raft.Log.TryTermAt(index, out long term) && disk.Holds(new LogPosition(term, index)));
}
