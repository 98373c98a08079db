using DEngine.Core;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Coverage;

/// <summary>
/// The whole cluster as one number, less what does not matter: terms, log ends and commit indices count by their order among the nodes only, and which node
/// is which does not count at all. Two clusters in the same abstract state have the same number, on every machine.
/// </summary>
internal sealed class ClusterFingerprint(SimulatedWorld world, PhaseReader phases)
{
    /// <summary>Lower ranks than this count as this.</summary>
    private const int RankMax = 2;

    private readonly uint[] _digests = new uint[world.Nodes.Length];

    public ulong Compute(TimeSpan now)
    {
        for (int i = 0; i < _digests.Length; i++) _digests[i] = DigestOf(now, world.Nodes[i]);
        Array.Sort(_digests);
        var hash = default(TraceHash);
        hash.Add(((ulong)_digests.Length << 8) | (uint)CutBucket());
        foreach (uint digest in _digests) hash.Add(digest);

        // Once more, so that the last word reaches every bit too.
        hash.Add(0);
        return hash.Value;
    }

    private uint DigestOf(TimeSpan now, SimulatedNode node)
    {
        if (node.Node is not { } running) return node.IsBroken ? 1u : 0;
        RaftNode raft = running.Raft;
        uint digest = 2 | ((uint)raft.Role << 2) | ((uint)RankOf(raft) << 4);
        Add(ref digest, 10, PhaseReader.IsUnsynced(raft));
        Add(ref digest, 11, phases.IsForked(raft));
        Add(ref digest, 12, raft.CommitIndex < raft.Log.LastIndex);
        Add(ref digest, 13, node.PausedUntil > now);
        if (!raft.IsLeader)
        {
            Add(ref digest, 14, raft.Leader.IsNone);
            return digest;
        }

        Add(ref digest, 14, raft.HasCommittedInTerm);
        Add(ref digest, 15, !raft.TransferTarget.IsNone);
        Add(ref digest, 16, PhaseReader.IsLeased(now, node, raft));
        Add(ref digest, 17, running.PendingReads > 0);
        return digest;
    }

    /// <summary>How many of the others are above it in term, in the end of the log, and in what is committed; two bits each.</summary>
    private int RankOf(RaftNode raft)
    {
        int term = 0;
        int log = 0;
        int commit = 0;
        foreach (SimulatedNode other in world.Nodes)
        {
            if (other.Node is not { Raft: var theirs }) continue;
            if (theirs.Term > raft.Term) term++;
            if (theirs.Log.Last > raft.Log.Last) log++;
            if (theirs.CommitIndex > raft.CommitIndex) commit++;
        }

        return Math.Min(term, RankMax) | (Math.Min(log, RankMax) << 2) | (Math.Min(commit, RankMax) << 4);
    }

    /// <summary>0: no link is cut; 1: less than half of them; 2: half or more.</summary>
    private int CutBucket()
    {
        int nodes = _digests.Length;
        int cut = 0;
        for (int from = 0; from < nodes; from++)
        {
            for (int to = 0; to < nodes; to++)
            {
                if (world.Network.IsCut(from, to)) cut++;
            }
        }

        if (cut == 0) return 0;
        return cut * 2 < nodes * (nodes - 1) ? 1 : 2;
    }

    private static void Add(ref uint digest, int bit, bool value) => digest |= value ? 1u << bit : 0;
}
