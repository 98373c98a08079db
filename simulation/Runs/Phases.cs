using System.Globalization;
using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Workload;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>
/// How every run ends: what is broken heals in a quorum, clients get what they are owed, the cluster comes to rest and stays at peace; then the history is
/// judged.
/// </summary>
internal static class Phases
{
    private const int SuccessesOwed = 3;

    /// <summary>Ends the safety phase and carries the others out.</summary>
    public static Ending Finish(SimulatedWorld world, RunPlan plan)
    {
        world.Settle();
        if (!world.HasQuorumOfDisks)
        {
            SimulatedNode[] nodes = world.Nodes.ToArray();
            int damaged = nodes.Count(node => node.Finding != DiskFinding.Whole);
            int incomplete = nodes.Count(node => node.IsIncomplete && node.Finding == DiskFinding.Whole);
            string lost = incomplete == 0 ? "" : $", and {incomplete} lack what they acknowledged";
            string reason = $"of {plan.NodeCount} disks {damaged} are damaged{lost}";

            // What each has lost others may give back; who is to tell before they have tried?
            foreach (SimulatedClient client in world.Clients) client.SetGoal(SuccessesOwed);
            bool isMended = world.RunUntil(world.Queue.Now + (plan.Node.Raft.ElectionTimeoutMax * 60), () => IsMajorityWhole(world) && AllDone(world));
            return !isMended || Recover(world, plan).Length > 0 ? EndUnrecoverable(world, reason) : Ending.StuckIf("");
        }

        string stuck = Recover(world, plan);
        if (stuck.Length > 0 && world.Divergence.HasSpread) return new Ending(RunVerdict.Unrecoverable, "a wrong state has spread by snapshots");
        return Ending.StuckIf(stuck);
    }

    private static bool IsMajorityWhole(SimulatedWorld world)
    {
        int whole = 0;
        foreach (SimulatedNode node in world.Nodes) whole += node.Node is { Raft.IsRecovering: false } ? 1 : 0;
        return whole > world.Nodes.Length / 2;
    }

    /// <summary>Nobody can go on, by design; what has been answered until then is judged all the same.</summary>
    public static Ending EndUnrecoverable(SimulatedWorld world, string reason)
    {
        try
        {
            string undecided = JudgeHistory(world.History);
            return undecided.Length > 0 ? Ending.StuckIf(undecided) : new Ending(RunVerdict.Unrecoverable, reason);
        }
        catch (ViolationException violation)
        {
            return new Ending(RunVerdict.Violation, violation.Message);
        }
    }

    /// <summary>A quorum is whole: what the cluster fails to do, or nothing.</summary>
    private static string Recover(SimulatedWorld world, RunPlan plan)
    {
        foreach (SimulatedClient client in world.Clients) client.SetGoal(SuccessesOwed);

        // An election, an operation that was begun before and is given up at its deadline, and the operations that are owed.
        TimeSpan bound = (plan.Node.Raft.ElectionTimeoutMax * 60) + (plan.Workload.ThinkTimeMax * SuccessesOwed * 2) + plan.Faults.DurationMax
            + (BacklogTime(world, plan) * 3);
        if (!world.RunUntil(world.Queue.Now + bound, () => AllDone(world)))
            return $"LIVE no progress within {bound.TotalSeconds:F3} s after healing: {Describe(world)}";

        // A snapshot that is on its way may be overtaken by the log before it is there; then another one has to follow (seed 4375). Where leaders take their
        // disks for hanging, each election begins a transfer anew, and brings an entry that may call for the next snapshot (seed 1444).
        TimeSpan quiet = ((plan.Node.Raft.ElectionTimeoutMax * 20) + BacklogTime(world, plan) + TransferTime(world, plan)) * (DisksMayHang(plan) ? 4 : 1);
        if (!world.RunUntil(world.Queue.Now + quiet, () => AtRest(world)))
            return $"LIVE not at rest within {quiet.TotalSeconds:F3} s of quiet: {Describe(world)}";

        // A leader whose disk hangs for good may have been given its last write just now: it gives up leading in its own time (seed 1308).
        // So may a message that is very late, and says that its receiver is to lead (seed 7436).
        TimeSpan late = plan.Network.LateMax > plan.Node.Raft.ElectionTimeoutMax * 3 ? plan.Network.LateMax : plan.Node.Raft.ElectionTimeoutMax * 3;
        world.RunUntil(world.Queue.Now + late);
        if (!world.RunUntil(world.Queue.Now + quiet, () => AtRest(world)))
            return $"LIVE not at rest any more after {quiet.TotalSeconds:F3} s of quiet: {Describe(world)}";
        long term = world.HighestTerm();
        TimeSpan peace = plan.Node.Raft.ElectionTimeoutMax * 10;
        world.Passes.OnPeace();
        var leases = new LeaseWatch(world, plan);
        world.RunUntil(world.Queue.Now + peace, leases.Look);
        string busy = world.Passes.FindBusy(peace);
        bool isPeace = world.HighestTerm() == term || DisksMayHang(plan) || LinksMaySeemCut(plan);
        if (!isPeace || !world.RunUntil(world.Queue.Now + (isPeace ? quiet : TimeSpan.Zero), () => AtRest(world)))
            return $"LIVE no peace: term {term} has become {world.HighestTerm()} although nothing goes wrong in a quorum: {Describe(world)}";

        if (busy.Length > 0) return busy;
        string withoutLease = leases.FindLack();
        if (withoutLease.Length > 0) return withoutLease;
        string leftover = LeftoverJudge.FindLeftovers(world, plan);
        if (leftover.Length > 0) return leftover;
        world.CheckAnswers();
        world.Divergence.JudgeEnd(world.Nodes);
        string uncompared = ComparisonJudge.FindUncompared(world, quiet);
        if (uncompared.Length > 0) return uncompared;
        string rotten = ScrubJudge.FindRot(world, plan);
        if (rotten.Length > 0) return rotten;
        string handOver = HandOver(world, plan, bound);
        if (handOver.Length > 0) return handOver;
        string refused = MembershipJudge.FindRefusal(world, plan);
        if (refused.Length > 0) return refused;
        CompareDigests(world);
        JudgeCounters(world);
        return JudgeHistory(world.History);
    }

    /// <summary>
    /// Disks of this plan may take so long, all by themselves, that a leader takes its own for one that hangs and hands over (seed 1206). A job may have to
    /// wait for the one before it.
    /// </summary>
    private static bool DisksMayHang(RunPlan plan) =>
        plan.Disk.LatencyMax * (plan.Disk.Stall > 0 ? 20 : 2) >= plan.Node.Raft.ElectionTimeoutMax;

    /// <summary>
    /// Messages of this plan may take so long that a leader, by nothing but bad luck, does not hear from a quorum for an election timeout: one answer was
    /// quick, and the next heartbeat and its answer are slow (seed 3556).
    /// </summary>
    private static bool LinksMaySeemCut(RunPlan plan) =>
        (plan.Node.Raft.HeartbeatInterval * (1 + plan.Clocks.Drift)) + (plan.Network.DelayMax * 2)
        >= plan.Node.Raft.ElectionTimeoutMax * (1 - plan.Clocks.Drift);

    /// <summary>
    /// In a cluster at peace an operator moves leadership, and nobody writes: the new leader must take over at once and answer reads.
    /// </summary>
    private static string HandOver(SimulatedWorld world, RunPlan plan, TimeSpan bound)
    {
        // Where disks are slower than elections, most transfers fail for want of time; not all of them (seed 2415: each takes two writes of up to an
        // election timeout, and nobody of three may be missing). Nor does the next election succeed at
        // once there (seed 2382: two of three nodes are left, and each promise takes a disk as long as an election timeout; seed 1444: two of five have been
        // wiped, the other three are all needed, and disks stall: 57 terms in 15 s); and who wins it may be one that cannot reach the first target (seed 1723).
        TimeSpan elections = plan.Node.Raft.ElectionTimeoutMax * (DisksMayHang(plan) ? 240 : 60);
        string failed = "";
        SimulatedNode? target = null;
        for (int attempt = AttemptsAtHandOver(plan); attempt > 0; attempt--)
        {
            if (!world.RunUntil(world.Queue.Now + elections, () => world.LeaderOr(-1) >= 0 && AtRest(world)))
                return $"LIVE a transfer has left nobody leading: {Describe(world)}";
            SimulatedNode leader = world.Nodes[world.LeaderOr(-1)];
            if (leader == target) return ReadOnly(world, bound);
            target = SuccessorOf(world, leader);
            if (target is null) return "";
            leader.TransferLeadership(target.Id);
            if (world.RunUntil(world.Queue.Now + (plan.Node.Raft.ElectionTimeoutMax * 2), () => target.IsLeader)) return ReadOnly(world, bound);
            failed = $"LIVE {target.Id} was to lead and does not: {Describe(world)}";
        }

        return failed;
    }

    /// <summary>An election is two writes and three messages; where that may take longer than followers wait, it is a matter of luck.</summary>
    private static int AttemptsAtHandOver(RunPlan plan) =>
        (plan.Disk.LatencyMax * 2) + (plan.Network.DelayMax * 3) > plan.Node.Raft.ElectionTimeoutMin ? 30 : 6;

    /// <summary>Somebody who is whole and has a link to and from the leader; null: nobody, or the leader is not one to ask.</summary>
    private static SimulatedNode? SuccessorOf(SimulatedWorld world, SimulatedNode leader)
    {
        if (leader.Aftermath is not (Aftermath.Whole or Aftermath.OneLink)) return null;
        foreach (SimulatedNode node in world.Nodes)
        {
            bool isLinked = !world.Network.IsCut(leader.Position, node.Position) && !world.Network.IsCut(node.Position, leader.Position);
            if (node != leader && world.TakesPart(node) && world.Members.IsVoter(node.Id) && isLinked) return node;
        }

        return null;
    }

    private static string ReadOnly(SimulatedWorld world, TimeSpan bound)
    {
        foreach (SimulatedClient client in world.Clients) client.SetGoal(1, readsOnly: true);
        return world.RunUntil(world.Queue.Now + bound, () => AllDone(world)) ? "" : $"LIVE nobody writes, and reads are not answered: {Describe(world)}";
    }

    /// <summary>
    /// How long the slowest node may take for what it has not applied, at the slowest pace that the plan allows: one message at a time, there and
    /// back, through a disk that stalls (seed 778 had 155 entries to go at 80 ms each).
    /// </summary>
    private static TimeSpan BacklogTime(SimulatedWorld world, RunPlan plan)
    {
        long last = 0;
        long first = long.MaxValue;
        foreach (SimulatedNode node in world.Nodes)
        {
            if (!world.TakesPart(node) || node.Node is not { } running) continue;
            last = Math.Max(last, running.Raft.LastIndexOfLog());
            first = Math.Min(first, running.AppliedIndex);
        }

        TimeSpan perMessage = (plan.Network.DelayMax * 2) + (plan.Disk.LatencyMax * 4) + (plan.Disk.LatencyMax * (20 * plan.Disk.Stall));
        perMessage += TransferTime(world, plan) / Math.Max(1, last - first);
        long owed = plan.Workload.ClientCount * (SuccessesOwed + 2);
        return perMessage * (Math.Max(0, last - first) + owed);
    }

    /// <summary>How long the largest snapshot may take to get to somebody, a chunk at a time, at the slowest pace that the plan allows.</summary>
    private static TimeSpan TransferTime(SimulatedWorld world, RunPlan plan)
    {
        long bytes = 0;
        foreach (SimulatedNode node in world.Nodes) bytes = Math.Max(bytes, node.Node?.Raft.Snapshot.Bytes ?? 0);
        SnapshotPolicy policy = plan.Node.Snapshots;
        TimeSpan perLoss = policy.Patience + (plan.Node.Raft.HeartbeatInterval * 3);
        double lost = 3 * (plan.Network.Loss + plan.Network.Corruption + plan.Network.Late);
        TimeSpan perChunk = (plan.Network.DelayMax * 3) + (plan.Disk.LatencyMax * 4) + (perLoss * lost);
        TimeSpan paced = policy.BytesPerSecondMax > 0 ? TimeSpan.FromSeconds((double)bytes / policy.BytesPerSecondMax) : TimeSpan.Zero;
        return (perChunk * ((bytes / policy.ChunkBytes) + 4)) + paced;
    }

    private static bool AllDone(SimulatedWorld world)
    {
        foreach (SimulatedClient client in world.Clients)
        {
            if (!client.IsDone) return false;
        }

        return true;
    }

    /// <summary>
    /// Every node that is whole and hears the leader has applied everything any of them has, and nothing waits anywhere. A leader that a minority cannot
    /// hear is a leader all the same.
    /// </summary>
    private static bool AtRest(SimulatedWorld world)
    {
        long last = -1;
        int leader = world.LeaderOr(-1);
        foreach (SimulatedNode node in world.Nodes)
        {
            if (!world.TakesPart(node) || (leader >= 0 && world.Network.IsCut(leader, node.Position))) continue;
            if (node.Node is not { } running) return false;
            if (last < 0) last = running.Raft.LastIndexOfLog();
            if (running.AppliedIndex != last || running.Raft.LastIndexOfLog() != last) return false;
            if (running.PendingWrites != 0 || running.PendingReads != 0) return false;
        }

        return true;
    }

    /// <summary>Nodes that have applied as far are in the same state.</summary>
    private static void CompareDigests(SimulatedWorld world)
    {
        var digests = new Dictionary<long, (NodeId Node, ulong Digest)>();
        foreach (SimulatedNode node in world.Nodes)
        {
            if (node.Node is not { } running || node.HasGoneWrong) continue;
            ulong digest = running.ComputeDigest();
            if (!digests.TryAdd(running.AppliedIndex, (node.Id, digest)) && digests[running.AppliedIndex].Digest != digest)
            {
                throw new ViolationException(
                    $"SMS {node.Id} and {digests[running.AppliedIndex].Node} have applied {running.AppliedIndex} entries and differ");
            }
        }
    }

    /// <summary>What is in the counters at the end, at the node that has applied most.</summary>
    private static void JudgeCounters(SimulatedWorld world)
    {
        SimulatedNode? best = null;
        foreach (SimulatedNode node in world.Nodes)
        {
            if (node.Node is { } running && running.AppliedIndex > (best?.Node?.AppliedIndex ?? -1)) best = node;
        }

        world.Counters.JudgeEnd(key => long.TryParse(best?.ValueOf(key), CultureInfo.InvariantCulture, out long count) ? count : 0);
    }

    public static string JudgeHistory(HistoryRecorder history)
    {
        LinearizabilityResult result = LinearizabilityChecker.Check(history.ToHistory(), LinearizabilityModel.KeyValue);
        if (result.Verdict == Verdict.NotLinearizable) throw new ViolationException($"LIN {result}");
        return result.Verdict == Verdict.Undecided ? $"LIN undecided: {result}" : "";
    }

    /// <summary>What everybody is at, for the reason why nothing goes on.</summary>
    public static string Describe(SimulatedWorld world)
    {
        var parts = new List<string>();
        foreach (SimulatedNode node in world.Nodes)
        {
            parts.Add(node.Node is { } running
                ? $"{node.Id} {running.Raft.Role} term {running.Raft.Term} last {running.Raft.Log.Last} commit {running.Raft.CommitIndex} applied {running.AppliedIndex} writes {running.PendingWrites} reads {running.PendingReads} members {running.Raft.Configuration} by {running.Raft.ConfigurationIndex}"
                : $"{node.Id} down");
            if (node.Node is { Raft: { IsRecovering: true } lossy }) parts[^1] += $" recovering ({lossy.Recovery}{(lossy.Counts ? ", loss accepted" : "")})";
            if (node.Node is { Raft: { IsLeader: true } raft }) parts[^1] += DescribePeers(raft);
            if (node.Aftermath != Aftermath.Whole) parts[^1] += $" (left {node.Aftermath})";
        }

        foreach (SimulatedClient client in world.Clients) parts.Add(client.Describe());
        return string.Join("; ", parts);
    }

    /// <summary>Those that a leader has not brought up to date, and how far it is with them.</summary>
    private static string DescribePeers(RaftNode leader)
    {
        string text = "";
        foreach (PeerProgress peer in leader.Peers)
        {
            if (peer.Match == leader.Log.LastIndex) continue;
            text += $" ({peer.Id} {peer.State} match {peer.Match} next {peer.Next}";
            if (peer.Transfer is { } transfer) text += $", {transfer.Snapshot}, {transfer.Confirmed} confirmed, {(transfer.IsAsking ? "asks" : $"next {transfer.Next}")}";
            text += ")";
        }

        return text;
    }

    private static long LastIndexOfLog(this RaftNode raft) => raft.Log.LastIndex;
}
