namespace DEngine.Simulation.Plans;

/// <summary>What a random stream is for. Each concern draws from its own, so that one more draw for one does not change another.</summary>
internal enum Concern
{
    /// <summary>The swarm: what the run is made of.</summary>
    Plan = 1,

    /// <summary>How long a frame takes; by link and ordinal.</summary>
    FrameDelay,

    /// <summary>What becomes of a frame; by link and ordinal.</summary>
    FrameFate,

    /// <summary>The next fault; by ordinal.</summary>
    Fault,

    /// <summary>What befalls a new leader; by node and term.</summary>
    NewLeader,

    /// <summary>How long a disk job takes; by node and ordinal.</summary>
    DiskLatency,

    /// <summary>What a crash leaves on the disk; by node and life.</summary>
    DiskAtCrash,

    /// <summary>Rates of clocks; by node.</summary>
    ClockRate,

    /// <summary>Offsets of clocks; by node and life.</summary>
    ClockOffset,

    /// <summary>When nodes first start; by node.</summary>
    FirstStart,

    /// <summary>The node's own stream; by node and life.</summary>
    Node,

    /// <summary>What a client is like; by client.</summary>
    Client,

    /// <summary>What a client does next; by client and ordinal.</summary>
    Operation,

    /// <summary>Where a client turns while it is at an operation; by client and ordinal.</summary>
    Routing,

    /// <summary>The mix of what clients do.</summary>
    Workload,

    /// <summary>At which moments faults strike.</summary>
    Moments,

    /// <summary>Whether a fault strikes at a moment; by moment, node and ordinal.</summary>
    Moment,

    /// <summary>What strikes there; by node and ordinal.</summary>
    Strike,

    /// <summary>Whether a client uses a number again, and for what; by client and ordinal.</summary>
    Careless,

    /// <summary>When nodes write snapshots, and how these travel.</summary>
    Snapshots,

    /// <summary>How long a step with a snapshot takes; by node and ordinal.</summary>
    SnapshotLatency,

    /// <summary>How often states are compared, and in which runs one goes wrong.</summary>
    WrongEffect,

    /// <summary>Whether and how much is acknowledged before it is synced.</summary>
    Persistence,

    /// <summary>Who is a member, and whether that changes.</summary>
    Membership,

    /// <summary>Identities of disks; by node and how often it was wiped.</summary>
    Identity,

    /// <summary>How fast what is on disk is read again.</summary>
    Scrub,

    /// <summary>How hard the members change, and in which runs besides.</summary>
    Reconfiguration,

    /// <summary>How damage meets those who are just using what is damaged.</summary>
    Rot,

    /// <summary>Which bit turns over, when, and what else goes wrong then.</summary>
    BitFlip,

    /// <summary>In which runs snapshots overtake what is under way to disks.</summary>
    Overtaking,

    /// <summary>In which runs those who lead again hear what they were told the last time.</summary>
    Echoing,

    /// <summary>Lives of directories; by node, and how often it was wiped and started.</summary>
    Incarnation,

    /// <summary>The history of a cluster that was formed before the run.</summary>
    History,

    /// <summary>When callers' threads read, and at which step of a pass; by ordinal.</summary>
    Readers,
}
