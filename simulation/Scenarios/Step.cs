using DEngine.Simulation.Plans;
using DEngine.Storage;

namespace DEngine.Simulation.Scenarios;

/// <summary>How long something lasts that nothing ends but another step.</summary>
internal static class Lasting
{
    public static readonly TimeSpan Forever = TimeSpan.FromDays(3650);
}

/// <summary>
/// One thing that is done to the simulated world from outside, at an instant: a fault, or a client's operation. Says everything about itself, so
/// that a recorded step can be done again. Nodes and clients are named by position, from 0.
/// </summary>
internal abstract record Step
{
    /// <summary>The node or client concerned, by position; -1 for several.</summary>
    public virtual int Subject => -1;
}

/// <summary>A step that befalls one node.</summary>
internal abstract record NodeStep(int Node) : Step
{
    public override int Subject => Node;
}

/// <summary>What a crash does with what was not synced.</summary>
internal enum Unsynced : byte
{
    /// <summary>The process ends, the machine does not: everything handed over stays.</summary>
    Stays,

    /// <summary>The power goes: all of it is lost.</summary>
    Lost,

    /// <summary>The power goes: all of it happens to have been written.</summary>
    Kept,

    /// <summary>The power goes: any subset survives, some of it torn.</summary>
    Shuffled,
}

/// <summary>The process ends, and starts again after a while.</summary>
internal sealed record CrashStep(int Node, Unsynced Unsynced, TimeSpan Down) : NodeStep(Node);

/// <summary>The process ends between two effects of a pass: before its <paramref name="Effects"/>-th from now.</summary>
internal sealed record CrashInPassStep(int Node, long Effects, TimeSpan Down) : NodeStep(Node);

/// <summary>
/// The process ends as soon as the node leads <paramref name="Term"/>, before the <paramref name="Effects"/>-th effect of that very pass: its first entry is
/// with some of the others, or with none. Waits for that moment, whenever it comes.
/// </summary>
internal sealed record CrashNewLeaderStep(int Node, long Term, long Effects, TimeSpan Down) : NodeStep(Node);

/// <summary>An operation of the node's disk goes wrong: the <paramref name="Count"/>-th from now that <paramref name="Fault"/> can befall.</summary>
/// <param name="Node">Whose disk.</param>
/// <param name="Fault">What goes wrong.</param>
/// <param name="Operation">Which kind of operation; null: any that changes something.</param>
/// <param name="Count">From 1.</param>
/// <param name="KeptBytes">Of a write that is torn, modulo its length; an even number is rounded down to where a record may end.</param>
/// <param name="Down">How long the process that ends by it stays down.</param>
internal sealed record DiskFaultStep(
    int Node, DiskFaultKind Fault, DiskOperationKind? Operation, int Count, int KeptBytes, TimeSpan Down) : NodeStep(Node);

/// <summary>The disk does nothing for a while; what it was asked for is done afterwards.</summary>
internal sealed record DiskHangStep(int Node, TimeSpan Duration) : NodeStep(Node);

/// <summary>The disk has room for <paramref name="Room"/> more bytes only, for a while.</summary>
internal sealed record DiskFullStep(int Node, long Room, TimeSpan Duration) : NodeStep(Node);

/// <summary>One bit of what was synced long ago turns over.</summary>
/// <param name="Node">Whose disk.</param>
/// <param name="Where">Which of the bits that qualify, in parts of 2^63.</param>
internal sealed record BitRotStep(int Node, long Where) : NodeStep(Node);

/// <summary>The process is stopped for a while; it lives and its memory stays.</summary>
internal sealed record PauseStep(int Node, TimeSpan Duration) : NodeStep(Node);

/// <summary>The process gets little of its processor for a while.</summary>
/// <param name="Node">Which.</param>
/// <param name="Factor">How many times as long everything takes.</param>
/// <param name="Duration">For how long.</param>
internal sealed record SlowStep(int Node, int Factor, TimeSpan Duration) : NodeStep(Node);

/// <summary>The node's monotonic clock jumps ahead.</summary>
internal sealed record ClockJumpStep(int Node, TimeSpan By) : NodeStep(Node);

/// <summary>The node's clock runs at another rate for a while; 0: it stands.</summary>
internal sealed record ClockRateStep(int Node, double Rate, TimeSpan Duration) : NodeStep(Node);

/// <summary>A process that is down starts again.</summary>
internal sealed record RestartStep(int Node) : NodeStep(Node);

/// <summary>A process that stood still goes on.</summary>
internal sealed record ResumeStep(int Node) : NodeStep(Node);

/// <summary>Copies of frames that were sent to the node long ago arrive now, a tick apart, in their order.</summary>
/// <param name="Node">To whom.</param>
/// <param name="Back">How many frames back the first one was sent.</param>
/// <param name="Count">How many arrive.</param>
internal sealed record EchoStep(int Node, int Back, int Count) : NodeStep(Node);

/// <summary>Every cut and every clog ends.</summary>
internal sealed record HealStep : Step;

/// <summary>Commands of nobody are put into the node's log, if it leads.</summary>
internal sealed record ProposeStep(int Node, int Count) : NodeStep(Node);

/// <summary>An operator asks the node to hand leadership over.</summary>
/// <param name="Node">Who is asked.</param>
/// <param name="Target">To whom, by position; -1: to whomever the leader picks.</param>
internal sealed record TransferStep(int Node, int Target) : NodeStep(Node);

/// <summary>A link in one direction, by positions of nodes.</summary>
internal readonly record struct Link(int From, int To);

/// <summary>Links are cut for a while; what is under way on them is lost.</summary>
internal sealed record CutStep(IReadOnlyList<Link> Links, TimeSpan Duration) : Step
{
    public bool Equals(CutStep? other) => other is not null && Duration == other.Duration && Links.SequenceEqual(other.Links);

    public override int GetHashCode() => Duration.GetHashCode() ^ Links.Count;
}

/// <summary>Links hold everything back for a while and let it go then.</summary>
internal sealed record ClogStep(IReadOnlyList<Link> Links, TimeSpan Duration) : Step
{
    public bool Equals(ClogStep? other) => other is not null && Duration == other.Duration && Links.SequenceEqual(other.Links);

    public override int GetHashCode() => Duration.GetHashCode() ^ Links.Count;
}

/// <summary>A client begins an operation; while it is at an earlier one, this one waits its turn.</summary>
/// <param name="Client">Which.</param>
/// <param name="Number">Of the operation; names the stream that its routing is drawn from.</param>
/// <param name="Function">What is to be done.</param>
/// <param name="Key">With which key; of a scan: what the keys begin with.</param>
internal sealed record OperationStep(int Client, long Number, ClientFunction Function, string Key) : Step
{
    public override int Subject => Client;

    /// <summary>What is written or appended; unique in the run.</summary>
    public string Value { get; init; } = "";

    /// <summary>A read's or a scan's promise.</summary>
    public Core.ReadConsistency Consistency { get; init; } = Core.ReadConsistency.Linearizable;

    /// <summary>A read or scan that goes to a node which does not lead, if there is one.</summary>
    public bool FromFollower { get; init; }

    /// <summary>What a compare-and-swap expects; null: what the client read last of the key, or absence.</summary>
    public string? Expected { get; init; }

    /// <summary>Through the session of the node instead of one of the client's own.</summary>
    public bool ThroughNode { get; init; }

    /// <summary>The node to ask, by position, and no other; null: the client chooses, and tries another one when it gets nowhere.</summary>
    public int? Via { get; init; }
}

/// <summary>What is done to every frame of some links.</summary>
internal enum RuleAction : byte
{
    /// <summary>It is lost.</summary>
    Drop,

    /// <summary>It is held back, until it is released.</summary>
    Hold,

    /// <summary>It arrives, and a copy of it is held back, until it is released.</summary>
    Copy,
}

/// <summary>From now on something is done to every frame of these links.</summary>
/// <param name="Links">Which.</param>
/// <param name="Kind">Only frames of this kind; null: all.</param>
/// <param name="Action">What.</param>
internal sealed record RuleStep(IReadOnlyList<Link> Links, Core.MessageKind? Kind, RuleAction Action) : Step;

/// <summary>The rules for these links end.</summary>
internal sealed record PassStep(IReadOnlyList<Link> Links) : Step;

/// <summary>What is held back on these links arrives now, a tick apart.</summary>
/// <param name="Links">Which.</param>
/// <param name="Kind">Only frames of this kind; null: all.</param>
/// <param name="Count">How many.</param>
/// <param name="LastFirst">In the opposite order.</param>
internal sealed record ReleaseStep(IReadOnlyList<Link> Links, Core.MessageKind? Kind, int Count, bool LastFirst) : Step;
