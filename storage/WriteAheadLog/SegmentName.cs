using System.Globalization;

namespace DEngine.Storage;

/// <summary>How the log's files are called. Other files in the directory are none of its business.</summary>
internal static class SegmentName
{
    private const string Prefix = "wal-";
    private const string LogSuffix = ".log";
    private const string NewSuffix = ".new";
    private const string OldSuffix = ".old";
    private const int Digits = 16;

    /// <summary>A segment.</summary>
    public static string Of(long sequence) => Name(sequence, LogSuffix);

    /// <summary>A segment that is being made.</summary>
    public static string New(long sequence) => Name(sequence, NewSuffix);

    /// <summary>A dropped segment that waits to be used again.</summary>
    public static string Old(long sequence) => Name(sequence, OldSuffix);

    public static bool TryParse(string name, out long sequence)
    {
        sequence = 0;
        return name.Length == Prefix.Length + Digits + LogSuffix.Length
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.EndsWith(LogSuffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Prefix.Length, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence)
            && sequence is > 0 and <= int.MaxValue
            && Of(sequence) == name;
    }

    /// <summary>Left behind by a process that ended; nothing is lost with it.</summary>
    public static bool IsLeftover(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && (name.EndsWith(NewSuffix, StringComparison.Ordinal) || name.EndsWith(OldSuffix, StringComparison.Ordinal));

    private static string Name(long sequence, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sequence:x16}{suffix}");
}
