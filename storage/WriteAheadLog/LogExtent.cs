using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Which indexes a log holds: First..Last, empty when Last &lt; First. The one place that says what truncating, appending and starting anew
/// mean, for writing and for replay.
/// </summary>
internal record struct LogExtent(long First, long Last)
{
    public static LogExtent New => new(1, 0);

    public readonly bool IsEmpty => Last < First;

    /// <summary>Forgets every entry from <paramref name="from"/> on.</summary>
    public void Truncate(long from)
    {
        Last = Math.Min(Last, from - 1);
        First = Math.Min(First, Math.Max(from, 1));
    }

    /// <summary>Adds the entry that follows.</summary>
    public void Append(long index)
    {
        Invariant.Holds(index == Last + 1, "an entry follows the one before it (index, last)", index, Last);
        Last = index;
        if (First > Last) First = Last;
    }

    /// <summary>Begins anew at an index that need not follow: what came before is covered by a snapshot.</summary>
    public void Restart(long index)
    {
        Invariant.Holds(index >= 1, "indexes start at 1");
        Invariant.Holds(IsEmpty, "an entry follows the log's last one, unless the log is empty (index, last)", index, Last);
        First = index;
        Last = index;
    }

    /// <summary>Forgets every entry before <paramref name="index"/>: covered by a snapshot.</summary>
    public void Drop(long index) => First = Math.Max(First, index);
}
