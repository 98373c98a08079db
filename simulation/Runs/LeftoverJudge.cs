using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;
using DEngine.Storage;

namespace DEngine.Simulation.Runs;

/// <summary>
/// Nothing piles up: in a cluster at peace no whole node keeps more in memory and on disk than its options allow, nor leaves unsynced what was to be synced
/// long ago. A run is too short for a disk to fill up by what is never removed; so it is looked for.
/// </summary>
internal static class LeftoverJudge
{
    /// <returns>What is kept that should be gone; empty: nothing.</returns>
    public static string FindLeftovers(SimulatedWorld world, RunPlan plan)
    {
        foreach (SimulatedNode node in world.Nodes)
        {
            if (!world.TakesPart(node) || node.Node is not { } running) continue;
            string left = FindGrowingLog(running, plan.Node.Snapshots);
            if (left.Length == 0) left = FindUnsynced(node, plan, world.Queue.Now);
            if (left.Length == 0) left = FindOldSnapshots(node);
            if (left.Length == 0) left = FindOldSegments(node, running.Raft.Log.FirstIndex);
            if (left.Length > 0) return $"LEFT {node.Id} {left}";
        }

        return "";
    }

    /// <summary>Nobody who could write a snapshot lets the log grow beyond where one is due, and what is covered by one is dropped.</summary>
    private static string FindGrowingLog(Node node, SnapshotPolicy policy)
    {
        if (!policy.IsEnabled) return "";
        RaftNode raft = node.Raft;
        long since = node.AppliedIndex - raft.Snapshot.Last.Index;
        if (since >= policy.EntriesMax) return $"has applied {since} entries since its last snapshot; {policy.EntriesMax} call for one";
        long kept = raft.Snapshot.Last.Index - raft.Log.Base.Index;
        bool isSending = false;
        foreach (PeerProgress peer in raft.Peers) isSending |= peer.Transfer is not null;
        return kept > policy.RetainedEntries && !isSending ? $"keeps {kept} entries that are in {raft.Snapshot}; {policy.RetainedEntries} are wanted" : "";
    }

    /// <summary>What was acknowledged before it was synced is synced when its time has come, and there is always time at the end.</summary>
    private static string FindUnsynced(SimulatedNode node, RunPlan plan, TimeSpan now)
    {
        if (plan.Disk.Flush is not { } limits || node.DiskWorker.UnsyncedSince is not { } since) return "";
        TimeSpan overdue = now - since - limits.Interval;
        return overdue > plan.Node.Raft.ElectionTimeoutMax * 2 ? $"has not synced for {overdue.TotalSeconds:F3} s longer than it may" : "";
    }

    private static string FindOldSnapshots(SimulatedNode node)
    {
        int whole = 0;
        int parts = 0;
        foreach (string name in node.Disk.Shown())
        {
            if (name.EndsWith(".snap", StringComparison.Ordinal)) whole++;
            if (name.EndsWith(".part", StringComparison.Ordinal)) parts++;
        }

        // The process may have ended before it removed one, and power may have given back another that was removed (seed 3127); the next snapshot makes good.
        if (whole > SimulatedSnapshotWorker.RetainCount + 2) return $"keeps {whole} snapshots; {SimulatedSnapshotWorker.RetainCount} are wanted";
        return parts > 1 ? $"keeps parts of {parts} snapshots; there is one at a time" : "";
    }

    /// <summary>
    /// All of a segment's entries are before the first of the log, and a later segment is there: it is not needed. The one that was written to when the log was
    /// cut stays until the next time, and a log that begins anew behind a leader's snapshot gives its segments back only then.
    /// </summary>
    private static string FindOldSegments(SimulatedNode node, long first)
    {
        if (node.DiskWorker.DroppedBefore != first) return "";
        var highest = new Dictionary<string, long>();
        using SimulatedDisk copy = node.Disk.Copy();
        LogInspection log = LogInspection.Read(copy, (in LoggedRecord record) =>
        {
            if (record.IsEntry) highest[record.File] = Math.Max(highest.GetValueOrDefault(record.File), record.Position.Index);
        });
        if (log.Damage.Length > 0 || log.FirstIndex != first) return "";
        string[] old = [.. log.Segments.SkipLast(1).TakeWhile(segment => highest.GetValueOrDefault(segment) < first)];
        return old.Length < 2 ? "" : $"keeps {string.Join(" and ", old)}, whose entries end with {highest.GetValueOrDefault(old[^1])}; the log begins with {first}";
    }
}
