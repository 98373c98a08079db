namespace DEngine.Core;

/// <summary>What has come of reading the next piece of a storage again.</summary>
/// <param name="Bytes">How many bytes were looked at.</param>
/// <param name="EndsPass">Everything has been looked at; the next step begins from the front.</param>
/// <param name="Repaired">What was damaged and has been put right, with file and offset, for people; empty: nothing.</param>
/// <param name="Damage">What can no longer be read, with file and offset, for people; empty: nothing.</param>
/// <param name="DropThrough">Entries up to this index are wanted out of the log: the part of it that is damaged goes with them. 0: none.</param>
/// <param name="DamagedSnapshot">The snapshot that is damaged, for the node to write another; none: no snapshot is, or one that nothing rests on.</param>
public readonly record struct ScrubStep(
    long Bytes, bool EndsPass, string Repaired = "", string Damage = "", long DropThrough = 0, SnapshotId DamagedSnapshot = default)
{
    /// <summary>There was nothing to look at.</summary>
    public static ScrubStep Nothing => new(0, EndsPass: true);

    /// <summary>Somebody has to be told.</summary>
    public bool IsNews => Repaired.Length > 0 || Damage.Length > 0 || DropThrough > 0;
}
