namespace DEngine.Core;

/// <summary>
/// A term and an index that belong together. Ordered as the Raft paper compares logs (§5.4.1): by term, then by index, so
/// <c>candidate.LastLog &gt;= mine</c> reads "the candidate's log is at least as up to date as mine".
/// </summary>
/// <param name="Term">Term of the entry, 1 and up; 0 only in <see cref="Origin"/>.</param>
/// <param name="Index">Index of the entry, 1 and up; 0 only in <see cref="Origin"/>.</param>
public readonly record struct LogPosition(long Term, long Index) : IComparable<LogPosition>
{
    /// <summary>The position before the first entry of every log.</summary>
    public static LogPosition Origin => default;

    public int CompareTo(LogPosition other) => Term != other.Term ? Term.CompareTo(other.Term) : Index.CompareTo(other.Index);

    public override string ToString() => $"{Term}:{Index}";

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;
}
