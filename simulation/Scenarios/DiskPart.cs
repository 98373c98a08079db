namespace DEngine.Simulation.Scenarios;

/// <summary>What of a disk a fault befalls.</summary>
internal enum DiskPart : byte
{
    Whole,
    Log,
    Snapshots,
}
