namespace DEngine.Core;

/// <summary>
/// Names one snapshot and its exact bytes. Two nodes that have applied the same entries may hold byte for byte the same snapshot; then the names are equal too,
/// and a transfer begun by one may be finished by the other.
/// </summary>
/// <param name="Last">Position of the last entry whose effect is in it; the origin: no snapshot.</param>
/// <param name="Bytes">Length of the whole; 1 and up.</param>
/// <param name="Checksum">CRC-32C over all of it.</param>
public readonly record struct SnapshotId(LogPosition Last, long Bytes, uint Checksum)
{
    public bool IsNone => Last == LogPosition.Origin;

    public override string ToString() => IsNone ? "no snapshot" : $"snapshot {Last} ({Bytes} bytes, {Checksum:x8})";
}
