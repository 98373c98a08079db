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

    /// <summary>The first leader has entered the history into the log.</summary>
    public bool IsFormed => Root != 0;

    /// <summary>Whether nodes of the two may speak to each other: the same history, whatever its branch, or one that has yet to become it.</summary>
    public bool IsRelatedTo(HistoryId other) =>
        IsNone || other.IsNone || (IsFormed && other.IsFormed ? Root == other.Root : Backup != 0 && Backup == other.Backup);

    public override string ToString() => IsNone
        ? "none"
        : IsFormed ? System.FormattableString.Invariant($"{Root:x16}.{Branch:x16}") : System.FormattableString.Invariant($"backup {Backup:x16}");
}
