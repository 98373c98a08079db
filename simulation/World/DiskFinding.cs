namespace DEngine.Simulation.World;

/// <summary>What a start would find on a disk.</summary>
internal enum DiskFinding : byte
{
    /// <summary>Everything that was synced.</summary>
    Whole,

    /// <summary>Part of it cannot be read: the node starts, and is recovering.</summary>
    Damaged,

    /// <summary>The node cannot know whom it has voted for, and does not start.</summary>
    Unusable,
}
