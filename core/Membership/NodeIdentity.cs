namespace DEngine.Core;

/// <summary>
/// Identifies a data directory: drawn at random when the directory is first used, kept in it for good. A node that comes back with an empty directory has
/// another one, and is not the voter that it was: that one has forgotten its votes (Z4). 0: unknown.
/// </summary>
public readonly record struct NodeIdentity(ulong Value)
{
    /// <summary>Nobody's: not known yet, or not used (a log that lives in memory in a test).</summary>
    public static NodeIdentity None => default;

    public bool IsNone => Value == 0;

    public override string ToString() => IsNone ? "unknown" : Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
