using DEngine.Storage;

namespace DEngine.Simulation.Scenarios;

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
/// <param name="Node">Whose disk.</param>
/// <param name="Duration">How long.</param>
/// <param name="Part">What of it hangs: log and snapshots may be on devices of their own, and are in the hands of different threads.</param>
internal sealed record DiskHangStep(int Node, TimeSpan Duration, DiskPart Part = DiskPart.Whole) : NodeStep(Node);

/// <summary>The disk has room for <paramref name="Room"/> more bytes only, for a while.</summary>
internal sealed record DiskFullStep(int Node, long Room, TimeSpan Duration) : NodeStep(Node);

/// <summary>One bit of what was synced long ago turns over, or more is damaged than that.</summary>
/// <param name="Node">Whose disk.</param>
/// <param name="Where">Which of the bits that qualify, in parts of 2^63.</param>
/// <param name="Bytes">So many bytes from there on become garbage; 0: one bit turns over.</param>
internal sealed record BitRotStep(int Node, long Where, int Bytes = 0) : NodeStep(Node);
