using System.Globalization;

namespace DEngine.Storage;

/// <summary>How the log's files are called. Other files in the directory are none of its business.</summary>
internal static class SegmentName
{
    private const string Prefix = "wal-";
    private const string LogSuffix = ".log";
    private const string NewSuffix = ".new";
    private const string OldSuffix = ".old";
    private const string AgainSuffix = ".again";
    private const int Digits = 16;

    /// <summary>A segment.</summary>
    public static string Of(long sequence) => Name(sequence, LogSuffix);

    /// <summary>A segment that is being made.</summary>
    public static string New(long sequence) => Name(sequence, NewSuffix);

    /// <summary>A dropped segment that waits to be used again.</summary>
    public static string Old(long sequence) => Name(sequence, OldSuffix);

    /// <summary>A segment on the way to the name it has already; see <see cref="SegmentFiles.NameAgain"/>.</summary>
    public static string Again(long sequence) => Name(sequence, AgainSuffix);

    public static bool TryParse(string name, out long sequence) => TryParse(name, LogSuffix, out sequence);

    public static bool TryParseAgain(string name, out long sequence) => TryParse(name, AgainSuffix, out sequence);

    /// <summary>Left behind by a process that ended; nothing is lost with it.</summary>
    public static bool IsLeftover(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && (name.EndsWith(NewSuffix, StringComparison.Ordinal)
            || name.EndsWith(OldSuffix, StringComparison.Ordinal)
            || name.EndsWith(AgainSuffix, StringComparison.Ordinal));

    private static bool TryParse(string name, string suffix, out long sequence)
    {
        sequence = 0;
        return name.Length == Prefix.Length + Digits + suffix.Length
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Prefix.Length, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence)
            && sequence is > 0 and <= int.MaxValue
            && Name(sequence, suffix) == name;
    }

    private static string Name(long sequence, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sequence:x16}{suffix}");
}
