namespace DEngine.Core;

/// <summary>
/// The history that a log belongs to. Two nodes of different histories have nothing to say to each other, though their cluster's name and their numbers are the
/// same: one of them was restored from a backup, or formed anew (Z6).
/// </summary>
/// <param name="Backup">Names the backup that the history began with; 0: it began empty.</param>
/// <param name="Root">Drawn when the cluster was formed; 0: it has not been formed yet.</param>
/// <param name="Branch">Drawn when it was formed, and anew by every accepted loss: entries of an older branch may have been given up.</param>
public readonly record struct HistoryId(ulong Backup, ulong Root, ulong Branch)
{
    /// <summary>A directory that belongs to no history yet.</summary>
    public static HistoryId None => default;

    /// <summary>The directory is empty and may become part of any history.</summary>
    public bool IsNone => this == default;

    /// <summary>
    /// Where a backup begins, until a cluster is formed with it: equal for every directory that is restored from it, by the position and the content of it.
    /// </summary>
    public static HistoryId OfBackup(SnapshotId backup)
    {
        ulong name = Mix(Mix(Mix((ulong)backup.Last.Index) ^ (ulong)backup.Last.Term) ^ ((ulong)backup.Bytes << 32 | backup.Checksum));
        return new HistoryId(System.Math.Max(name, 1), 0, 0);
    }

    /// <summary>The first leader has entered the history into the log.</summary>
    public bool IsFormed => Root != 0;

    /// <summary>Whether nodes of the two may speak to each other: the same history, whatever its branch, or one that has yet to become it.</summary>
    public bool IsRelatedTo(HistoryId other) =>
        IsNone || other.IsNone || (IsFormed && other.IsFormed ? Root == other.Root : Backup != 0 && Backup == other.Backup);

    public override string ToString() => IsNone
        ? "none"
        : IsFormed ? System.FormattableString.Invariant($"{Root:x16}.{Branch:x16}") : System.FormattableString.Invariant($"backup {Backup:x16}");

    /// <summary>The finisher of SplitMix64: every bit of the argument moves every bit of the answer.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
