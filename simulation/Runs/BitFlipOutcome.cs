namespace DEngine.Simulation.Runs;

/// <summary>What becomes of a bit that has turned over.</summary>
public enum BitFlipOutcome
{
    /// <summary>Nothing was there: the node was down, or its disk empty.</summary>
    None,

    /// <summary>A start has nothing to say of it: preallocated space, an older snapshot, the copy of term and vote that each start writes anew.</summary>
    Harmless,

    /// <summary>A start, or the scrub, puts it right from what the node has itself: a checksum, or a second copy.</summary>
    PutRight,

    /// <summary>What it is in is given up and comes back from the other nodes.</summary>
    FetchedBack,

    /// <summary>The node does not start, and says why.</summary>
    Refused,
}
