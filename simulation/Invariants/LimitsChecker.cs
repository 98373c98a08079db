using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Nobody holds or sends more than its options allow: requests that wait, entries of one message, snapshots' bytes on their way and in a second. What goes
/// beyond does no harm in a small world, and takes a large one down.
/// </summary>
internal sealed class LimitsChecker(RunPlan plan)
{
    private readonly Pace[] _paces = new Pace[plan.NodeCount];
    private readonly Reign[] _reigns = new Reign[plan.NodeCount];

    /// <summary>A node has taken in an event.</summary>
    public void Look(Node node)
    {
        Hold(node, "requests to write wait", node.PendingWrites, plan.Node.PendingWritesMax);
        Hold(node, "requests to read wait", node.PendingReads, plan.Node.PendingReadsMax);
        if (!node.Raft.IsLeader) return;
        HoldRounds(node, ref _reigns[(int)node.Id.Value - 1]);
        foreach (PeerProgress peer in node.Raft.Peers)
        {
            Hold(node, $"messages are on their way to {peer.Id}", peer.Inflight.Count, plan.Node.Raft.InflightMessagesMax);
            if (peer.Transfer is { } transfer) Hold(node, $"bytes of a snapshot are on their way to {peer.Id}", transfer.Next - transfer.Confirmed, Window);
        }
    }

    /// <summary>A leader sends entries.</summary>
    public void OnAppend(Node node, in AppendRequest request, ReadOnlySpan<Entry> entries)
    {
        Hold(node, "entries are in one message", request.EntryCount, plan.Node.Raft.AppendEntriesMax);
        long bytes = 0;
        foreach (ref readonly Entry entry in entries) bytes += entry.Size;
        if (entries.Length > 1) Hold(node, "bytes of entries are in one message", bytes, plan.Node.Raft.AppendBytesMax);
    }

    /// <summary>
    /// A leader sends part of a snapshot. The bytes were paced when they were asked for; a slow disk may give all at once that may be on its way.
    /// </summary>
    public void OnChunk(Node node, int position, int bytes, TimeSpan now)
    {
        Hold(node, "bytes of a snapshot are in one message", bytes, plan.Node.Snapshots.ChunkBytes);
        long rate = plan.Node.Snapshots.BytesPerSecondMax;
        if (rate == 0) return;
        ref Pace pace = ref _paces[position];
        if (pace.Node != node) pace = new Pace { Node = node, Since = now };
        pace.Ahead = Math.Max(0, pace.Ahead - ((now - pace.Since).TotalSeconds * rate)) + bytes;
        pace.Since = now;
        long burst = (Window + plan.Node.Snapshots.ChunkBytes) * node.Raft.Peers.Length;
        if (pace.Ahead > burst)
            throw new ViolationException($"LIM {node.Id} is {pace.Ahead:F0} bytes of snapshots ahead of the {rate} a second that are allowed, and of the {burst} that may be under way");
    }

    /// <summary>
    /// Rounds that wait to be confirmed: so many as fit into the time for which a leader waits for a quorum, with eight reads' rounds between two beats.
    /// </summary>
    private void HoldRounds(Node node, ref Reign reign)
    {
        RaftNode raft = node.Raft;
        if (reign.Node != node || reign.Term != raft.Term || reign.Configuration != raft.ConfigurationIndex)
            reign = new Reign(node, raft.Term, raft.ConfigurationIndex, raft.Round);
        long max = 9 * (2 + (long)(plan.Node.Raft.ElectionTimeoutMax / plan.Node.Raft.HeartbeatInterval));
        Hold(node, "rounds wait for a quorum", raft.Round - Math.Max(raft.ConfirmedRound, reign.FirstRound), max);
    }

    /// <summary>Bytes of a snapshot that may be on their way to one peer: a chunk is sent as long as there is any room.</summary>
    private long Window => plan.Node.Snapshots.WindowBytes + plan.Node.Snapshots.ChunkBytes - 1;

    private static void Hold(Node node, string what, long count, long max)
    {
        if (count > max) throw new ViolationException($"LIM at {node.Id} {count} {what}; {max} are allowed");
    }

    /// <summary>In which rounds are counted: a new leader's and a new member's begin anew.</summary>
    private readonly record struct Reign(Node? Node, long Term, long Configuration, long FirstRound);

    private struct Pace
    {
        public Node? Node;
        public TimeSpan Since;
        public double Ahead;
    }
}
