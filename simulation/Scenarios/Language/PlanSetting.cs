using System.Globalization;
using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>One setting of a scenario's world: how it is written, and how it changes a plan.</summary>
/// <param name="Name">The word that begins it.</param>
/// <param name="Write">The setting's value in a plan, as it is written.</param>
/// <param name="Read">The plan with the value that follows in the text.</param>
internal sealed record PlanSetting(string Name, Func<RunPlan, string> Write, Func<RunPlan, Words, RunPlan> Read)
{
    private const int CountMax = 1_000_000_000;

    private static readonly FlushLimits DefaultFlush = new(1000, TimeSpan.FromSeconds(1), 10_000);

    private static readonly ScrubLimits DefaultScrub = new(1_000_000, TimeSpan.FromMilliseconds(100), 4096);

    public static IReadOnlyList<PlanSetting> All { get; } =
    [
        new("seed", p => $"{p.Seed}", (p, w) => p with { Seed = (ulong)w.Number("seed", 0, long.MaxValue) }),
        new("nodes", p => $"{p.NodeCount}", ReadNodes),
        Count("spares", p => p.Spares, (p, n) => p with { Spares = n }, 0, 8),
        new("forming", p => p.IsForming ? "yes" : "no", (p, w) => p with { IsForming = YesNo(w) }),
        Count("learner-lag", p => (int)p.Node.Raft.LearnerLagMax, (p, n) => WithRaft(p, p.Node.Raft with { LearnerLagMax = n }), 0),
        new("clients", p => $"{p.Workload.ClientCount}", (p, w) => WithLoad(p, p.Workload with { ClientCount = (int)w.Number("number of clients", 0, 64) })),
        new("keys", p => $"{p.Workload.KeyCount}", (p, w) => WithLoad(p, p.Workload with { KeyCount = (int)w.Number("number of keys", 1, 1000) })),
        new("think", p => Times.Write(p.Workload.ThinkTimeMax), (p, w) => WithLoad(p, p.Workload with { ThinkTimeMax = w.Time("think time") })),
        new("lease-reads", p => Text(p.Workload.LeaseReads), (p, w) => WithLoad(p, p.Workload with { LeaseReads = w.Fraction("share", 1) })),
        new("eventual-reads", p => Text(p.Workload.EventualReads), (p, w) => WithLoad(p, p.Workload with { EventualReads = w.Fraction("share", 1) })),
        new("follower-reads", p => Text(p.Workload.FollowerReads), (p, w) => WithLoad(p, p.Workload with { FollowerReads = w.Fraction("share", 1) })),
        new("hot-key", p => Text(p.Workload.HotKey), (p, w) => WithLoad(p, p.Workload with { HotKey = w.Fraction("share", 1) })),
        Count("counters", p => p.Workload.CounterCount, (p, n) => WithLoad(p, p.Workload with { CounterCount = n }), 0, 1000),
        Count("longest-value", p => p.Workload.ValueLengthMax, (p, n) => WithLoad(p, p.Workload with { ValueLengthMax = n }), 100),
        new("hasty", p => p.Workload.IsHasty ? "yes" : "no", (p, w) => WithLoad(p, p.Workload with { IsHasty = YesNo(w) })),
        new("careless", p => Text(p.Workload.Careless), (p, w) => WithLoad(p, p.Workload with { Careless = w.Fraction("share", 1) })),
        new("mix", p => WriteMix(p.Workload), ReadMix),
        Range("election", p => (p.Node.Raft.ElectionTimeoutMin, p.Node.Raft.ElectionTimeoutMax),
            (p, min, max) => WithRaft(p, p.Node.Raft with { ElectionTimeoutMin = min, ElectionTimeoutMax = max })),
        Time("heartbeat", p => p.Node.Raft.HeartbeatInterval, (p, t) => WithRaft(p, p.Node.Raft with { HeartbeatInterval = t })),
        Time("lease", p => p.Node.Raft.LeaseDuration, (p, t) => WithRaft(p, p.Node.Raft with { LeaseDuration = t })),
        Count("append-entries", p => p.Node.Raft.AppendEntriesMax, (p, n) => WithRaft(p, p.Node.Raft with { AppendEntriesMax = n })),
        Count("append-bytes", p => p.Node.Raft.AppendBytesMax, (p, n) => WithRaft(p, p.Node.Raft with { AppendBytesMax = n })),
        Count("inflight", p => p.Node.Raft.InflightMessagesMax, (p, n) => WithRaft(p, p.Node.Raft with { InflightMessagesMax = n })),
        Count("inflight-bytes", p => (int)p.Node.Raft.InflightBytesMax, (p, n) => WithRaft(p, p.Node.Raft with { InflightBytesMax = n })),
        Count("sessions", p => p.Node.Sessions.SessionsMax, (p, n) => WithNode(p, p.Node with { Sessions = p.Node.Sessions with { SessionsMax = n } })),
        Time("retry", p => p.Node.OwnSession.RetryInterval,
            (p, t) => WithNode(p, p.Node with { OwnSession = p.Node.OwnSession with { RetryInterval = t } })),
        Time("attempt", p => p.Node.OwnSession.AttemptTimeout,
            (p, t) => WithNode(p, p.Node with { OwnSession = p.Node.OwnSession with { AttemptTimeout = t } })),
        Count("pending-writes", p => p.Node.PendingWritesMax, (p, n) => WithNode(p, p.Node with { PendingWritesMax = n })),
        Count("pending-reads", p => p.Node.PendingReadsMax, (p, n) => WithNode(p, p.Node with { PendingReadsMax = n })),
        Time("forward", p => p.Node.ForwardTimeout, (p, t) => WithNode(p, p.Node with { ForwardTimeout = t })),
        Count("apply", p => p.Node.ApplyEntriesMax, (p, n) => WithNode(p, p.Node with { ApplyEntriesMax = n })),
        new("snapshots", p => p.Node.Snapshots.IsEnabled ? "yes" : "no", (p, w) => WithSnapshots(p, p.Node.Snapshots with { IsEnabled = YesNo(w) })),
        Count("snapshot-entries", p => (int)p.Node.Snapshots.EntriesMax, (p, n) => WithSnapshots(p, p.Node.Snapshots with { EntriesMax = n })),
        Count("log-bytes", p => (int)p.Node.Snapshots.LogBytesMax, (p, n) => WithSnapshots(p, p.Node.Snapshots with { LogBytesMax = n }), 1, int.MaxValue),
        Count("retained-entries", p => (int)p.Node.Snapshots.RetainedEntries, (p, n) => WithSnapshots(p, p.Node.Snapshots with { RetainedEntries = n }), 0),
        Count("snapshot-chunk", p => p.Node.Snapshots.ChunkBytes, (p, n) => WithSnapshots(p, p.Node.Snapshots with { ChunkBytes = n })),
        Count("snapshot-window", p => (int)p.Node.Snapshots.WindowBytes, (p, n) => WithSnapshots(p, p.Node.Snapshots with { WindowBytes = n })),
        Count("snapshot-pace", p => (int)p.Node.Snapshots.BytesPerSecondMax, (p, n) => WithSnapshots(p, p.Node.Snapshots with { BytesPerSecondMax = n }), 0),
        Time("snapshot-patience", p => p.Node.Snapshots.Patience, (p, t) => WithSnapshots(p, p.Node.Snapshots with { Patience = t })),
        Time("digest-interval", p => p.Node.DigestInterval, (p, t) => p with { Node = p.Node with { DigestInterval = t } }),
        Time("snapshot-retry", p => p.Node.Snapshots.RetryInterval, (p, t) => WithSnapshots(p, p.Node.Snapshots with { RetryInterval = t })),
        Range("delay", p => (p.Network.DelayMin, p.Network.DelayMax), (p, min, max) => p with { Network = p.Network with { DelayMin = min, DelayMax = max } }),
        Time("latest", p => p.Network.LateMax, (p, t) => p with { Network = p.Network with { LateMax = t } }),
        Count("bandwidth", p => (int)p.Network.BytesPerSecond, (p, n) => p with { Network = p.Network with { BytesPerSecond = n } }, 0),
        new("keeps-order", p => p.Network.KeepsOrder ? "yes" : "no", (p, w) => p with { Network = p.Network with { KeepsOrder = YesNo(w) } }),
        Range("disk-latency", p => (p.Disk.LatencyMin, p.Disk.LatencyMax), (p, min, max) => p with { Disk = p.Disk with { LatencyMin = min, LatencyMax = max } }),
        new("disk-stalls", p => Text(p.Disk.Stall), (p, w) => p with { Disk = p.Disk with { Stall = w.Fraction("share", 1) } }),
        Count("segment", p => p.Disk.SegmentBytes, (p, n) => p with { Disk = p.Disk with { SegmentBytes = n } }, 1024, 1 << 26),
        new("mem-first", p => p.Disk.Flush is null ? "no" : "yes", (p, w) => WithFlush(p, YesNo(w) ? p.Disk.Flush ?? DefaultFlush : null)),
        Count("flush-entries", p => (p.Disk.Flush ?? DefaultFlush).Threshold, (p, n) => WithFlush(p, (p.Disk.Flush ?? DefaultFlush) with { Threshold = n })),
        Time("flush-interval", p => (p.Disk.Flush ?? DefaultFlush).Interval, (p, t) => WithFlush(p, (p.Disk.Flush ?? DefaultFlush) with { Interval = t })),
        Count("buffered-entries", p => (p.Disk.Flush ?? DefaultFlush).BufferedEntriesMax,
            (p, n) => WithFlush(p, (p.Disk.Flush ?? DefaultFlush) with { BufferedEntriesMax = n })),
        new("scrub", p => p.Disk.Scrub is null ? "no" : "yes", (p, w) => WithScrub(p, YesNo(w) ? p.Disk.Scrub ?? DefaultScrub : null)),
        Count("scrub-pace", p => (int)(p.Disk.Scrub ?? DefaultScrub).BytesPerSecond,
            (p, n) => WithScrub(p, (p.Disk.Scrub ?? DefaultScrub) with { BytesPerSecond = n })),
        Time("scrub-interval", p => (p.Disk.Scrub ?? DefaultScrub).Interval, (p, t) => WithScrub(p, (p.Disk.Scrub ?? DefaultScrub) with { Interval = t })),
        Count("scrub-piece", p => (p.Disk.Scrub ?? DefaultScrub).PieceBytes, (p, n) => WithScrub(p, (p.Disk.Scrub ?? DefaultScrub) with { PieceBytes = n })),
        new("drift", p => Text(p.Clocks.Drift), (p, w) => p with { Clocks = p.Clocks with { Drift = w.Fraction("drift", 0.5) } }),
        new("clocks-at-bounds", p => p.Clocks.IsAtBounds ? "yes" : "no", (p, w) => p with { Clocks = p.Clocks with { IsAtBounds = YesNo(w) } }),
        new("wild-clocks", p => p.Clocks.IsBounded ? "no" : "yes", (p, w) => p with { Clocks = p.Clocks with { IsBounded = !YesNo(w) } }),
        Time("first-start", p => p.FirstStartMax, (p, t) => p with { FirstStartMax = t }),
        Time("longest-fault", p => p.Faults.DurationMax, (p, t) => p with { Faults = p.Faults with { DurationMax = t } }),
    ];

    public static PlanSetting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    private static PlanSetting Time(string name, Func<RunPlan, TimeSpan> get, Func<RunPlan, TimeSpan, RunPlan> set) =>
        new(name, p => Times.Write(get(p)), (p, w) => set(p, w.Time(name)));

    private static PlanSetting Count(string name, Func<RunPlan, int> get, Func<RunPlan, int, RunPlan> set, int min = 1, int max = CountMax) =>
        new(name, p => get(p).ToString(CultureInfo.InvariantCulture), (p, w) => set(p, (int)w.Number(name, min, max)));

    private static PlanSetting Range(string name, Func<RunPlan, (TimeSpan Min, TimeSpan Max)> get, Func<RunPlan, TimeSpan, TimeSpan, RunPlan> set) =>
        new(name, p => WriteRange(get(p)), (p, w) => ReadRange(name, p, w, set));

    private static string WriteRange((TimeSpan Min, TimeSpan Max) range) =>
        range.Min == range.Max ? Times.Write(range.Min) : $"{Times.Write(range.Min)}..{Times.Write(range.Max)}";

    private static RunPlan ReadRange(string name, RunPlan plan, Words words, Func<RunPlan, TimeSpan, TimeSpan, RunPlan> set)
    {
        string word = words.Next($"the range of {name}, such as 1ms..5ms,");
        string[] ends = word.Split("..");
        bool reads = Times.TryRead(ends[0], out TimeSpan min) & Times.TryRead(ends[^1], out TimeSpan max) & ends.Length <= 2;
        return reads && min <= max ? set(plan, min, max) : throw words.Wrong($"'{word}' is no range of times; it is written 1ms..5ms, or 1ms");
    }

    private static string WriteMix(WorkloadPlan load) =>
        string.Join('/', Enum.GetValues<ClientFunction>().Select(f => load.WeightOf(f).ToString(CultureInfo.InvariantCulture)));

    private static RunPlan ReadMix(RunPlan plan, Words words)
    {
        string word = words.Next("the mix");
        string[] parts = word.Split('/');
        ClientFunction[] functions = Enum.GetValues<ClientFunction>();
        WorkloadPlan load = plan.Workload;
        bool reads = parts.Length == functions.Length;
        for (int i = 0; reads && i < parts.Length; i++)
        {
            reads = int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int weight) && weight <= CountMax;
            load = load.With(functions[i], weight);
        }

        return reads && load.TotalWeight > 0
            ? WithLoad(plan, load)
            : throw words.Wrong($"'{word}' is no mix; it is written 8/8/3/1/0/0/0, weights of {string.Join(", ", functions)}");
    }

    private static RunPlan ReadNodes(RunPlan plan, Words words)
    {
        int nodes = (int)words.Number("number of nodes", 1, 9);
        return plan with { NodeCount = nodes, Aftermath = new Aftermath[nodes] };
    }

    private static bool YesNo(Words words) => words.Skip("yes") || (words.Skip("no") ? false : throw words.Wrong($"'{words.Peek}' is neither yes nor no"));

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static RunPlan WithLoad(RunPlan plan, WorkloadPlan load) => plan with { Workload = load };

    private static RunPlan WithNode(RunPlan plan, NodeOptions node) => plan with { Node = node };

    private static RunPlan WithSnapshots(RunPlan plan, SnapshotPolicy snapshots) => plan with { Node = plan.Node with { Snapshots = snapshots } };

    private static RunPlan WithFlush(RunPlan plan, FlushLimits? flush) => plan with { Disk = plan.Disk with { Flush = flush } };

    private static RunPlan WithScrub(RunPlan plan, ScrubLimits? scrub) => plan with { Disk = plan.Disk with { Scrub = scrub } };

    private static RunPlan WithRaft(RunPlan plan, RaftOptions raft) => plan with { Node = plan.Node with { Raft = raft } };
}
