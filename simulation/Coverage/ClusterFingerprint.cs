using DEngine.Core;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Coverage;

/// <summary>
/// The whole cluster as one number, less what does not matter: terms, log ends and commit indices count by their order among the nodes only, and which node
/// is which does not count at all. Clusters in the same abstract state have the same number, on every machine. Each node counts as it was after the last
/// event of its own.
/// </summary>
internal sealed class ClusterFingerprint(SimulatedWorld world, PhaseReader phases)
{
    /// <summary>Lower ranks than this count as this.</summary>
    private const int RankMax = 2;

    private readonly NodeView[] _views = new NodeView[world.Nodes.Length];
    private readonly ulong[] _digests = new ulong[world.Nodes.Length];
    private int _cuts;

    public ulong Value { get; private set; }

    /// <summary>Looks at a node that has taken in an event; false: the cluster is in the same state as before.</summary>
    public bool Look(TimeSpan now, SimulatedNode node)
    {
        NodeView view = Read(now, node);
        int cuts = CutBucket();
        if (view == _views[node.Position] && cuts == _cuts) return false;
        _views[node.Position] = view;
        _cuts = cuts;
        ulong before = Value;
        Value = Combine();
        return Value != before;
    }

    private ulong Combine()
    {
        for (int i = 0; i < _views.Length; i++) _digests[i] = DigestOf(_views[i]);
        Array.Sort(_digests);
        var hash = default(TraceHash);
        hash.Add(((ulong)_digests.Length << 8) | (uint)_cuts);
        foreach (ulong digest in _digests) hash.Add(digest);

        // Once more, so that the last word reaches every bit too.
        hash.Add(0);
        return hash.Value;
    }

    private NodeView Read(TimeSpan now, SimulatedNode node)
    {
        if (node.Node is not { } running) return new NodeView(IsUp: false, node.IsBroken ? 1u : 0, 0, default, 0);
        RaftNode raft = running.Raft;
        uint flags = (uint)raft.Role;
        Add(ref flags, 2, PhaseReader.IsUnsynced(raft));
        Add(ref flags, 3, phases.IsForked(raft));
        Add(ref flags, 4, raft.CommitIndex < raft.Log.LastIndex);
        Add(ref flags, 5, node.PausedUntil > now);
        Add(ref flags, 6, raft.Leader.IsNone);
        Add(ref flags, 11, node.SnapshotWorker.IsSaving);
        Add(ref flags, 12, node.IsReceiving || PhaseReader.IsSending(raft));
        Add(ref flags, 13, node.SnapshotWorker.IsReceivedWhole || node.IsDropping);
        if (raft.IsLeader)
        {
            Add(ref flags, 7, raft.HasCommittedInTerm);
            Add(ref flags, 8, !raft.TransferTarget.IsNone);
            Add(ref flags, 9, PhaseReader.IsLeased(now, node, raft));
            Add(ref flags, 10, running.PendingReads > 0);
        }

        return new NodeView(IsUp: true, flags, raft.Term, raft.Log.Last, raft.CommitIndex);
    }

    /// <summary>What the node is by itself, and how many of the others are above it in term, in the end of the log, and in what is committed.</summary>
    private ulong DigestOf(in NodeView view)
    {
        if (!view.IsUp) return view.Flags;
        int term = 0;
        int log = 0;
        int commit = 0;
        foreach (ref readonly NodeView other in _views.AsSpan())
        {
            if (!other.IsUp) continue;
            if (other.Term > view.Term) term++;
            if (other.Last > view.Last) log++;
            if (other.Commit > view.Commit) commit++;
        }

        int ranks = (Math.Min(term, RankMax) << 4) | (Math.Min(log, RankMax) << 2) | Math.Min(commit, RankMax);
        return 2 | ((ulong)view.Flags << 2) | ((ulong)ranks << 16);
    }

    /// <summary>0: no link is cut; 1: less than half of them; 2: half or more.</summary>
    private int CutBucket()
    {
        int nodes = _views.Length;
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

    private static void Add(ref uint flags, int bit, bool value) => flags |= value ? 1u << bit : 0;

    private readonly record struct NodeView(bool IsUp, uint Flags, long Term, LogPosition Last, long Commit);
}
