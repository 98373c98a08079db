using System.Globalization;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>How the files of snapshots are called. Other files in the directory are none of their business.</summary>
internal static class SnapshotName
{
    /// <summary>The snapshot that is being written.</summary>
    public const string New = Prefix + "new";

    private const string Prefix = "snapshot-";
    private const string Suffix = ".snap";
    private const string AgainSuffix = ".again";
    private const string PartSuffix = ".part";
    private const string DamagedSuffix = ".damaged";
    private const int Digits = 16;
    private const int PositionLength = Digits + 1 + Digits;

    /// <summary>A whole snapshot.</summary>
    public static string Of(LogPosition last) => Position(last) + Suffix;

    /// <summary>A whole snapshot on the way to the name it has already.</summary>
    public static string Again(LogPosition last) => Position(last) + AgainSuffix;

    /// <summary>One that was whole once and cannot be read any more: of no use but to look at.</summary>
    public static string Damaged(LogPosition last) => Position(last) + DamagedSuffix;

    /// <summary>What has come of a snapshot so far; its name says which bytes are to come.</summary>
    public static string Part(SnapshotId snapshot) =>
        string.Create(CultureInfo.InvariantCulture, $"{Position(snapshot.Last)}-{snapshot.Bytes:x16}-{snapshot.Checksum:x8}{PartSuffix}");

    public static bool TryParse(string name, out LogPosition last) => TryParse(name, Suffix, out last);

    public static bool TryParseAgain(string name, out LogPosition last) => TryParse(name, AgainSuffix, out last);

    public static bool IsPart(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(PartSuffix, StringComparison.Ordinal);

    private static bool TryParse(string name, string suffix, out LogPosition last)
    {
        last = default;
        if (name.Length != Prefix.Length + PositionLength + suffix.Length || !name.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        const NumberStyles style = NumberStyles.AllowHexSpecifier;
        bool isIndex = long.TryParse(name.AsSpan(Prefix.Length, Digits), style, CultureInfo.InvariantCulture, out long index);
        bool isTerm = long.TryParse(name.AsSpan(Prefix.Length + Digits + 1, Digits), style, CultureInfo.InvariantCulture, out long term);
        if (!isIndex || !isTerm || index < 1 || term < 1) return false;
        last = new LogPosition(term, index);
        return Position(last) + suffix == name;
    }

    private static string Position(LogPosition last) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{last.Index:x16}-{last.Term:x16}");
}
