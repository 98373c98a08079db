namespace DEngine.Core;

/// <summary>
/// One life of a data directory, from one start of the node to the next. Made durable in the directory before the node says anything. An older image of
/// the same directory starts with a count that another life has had, or less, so any node that remembers a later life recognises it.
/// </summary>
/// <param name="Starts">How often the directory has been started, this time included; 0: not known.</param>
/// <param name="Nonce">Drawn at random at the start: tells two lives of one count apart.</param>
public readonly record struct Incarnation(uint Starts, uint Nonce)
{
    /// <summary>Not known, or not used (tests that don't care).</summary>
    public static Incarnation None => default;

    public bool IsNone => Starts == 0;

    /// <summary>Whether a directory in this life cannot come after the other life: it is an older image, or a second copy.</summary>
    public bool IsOlderThan(Incarnation other) => Starts < other.Starts || (Starts == other.Starts && Nonce != other.Nonce);

    public override string ToString() => IsNone ? "unknown" : System.FormattableString.Invariant($"{Starts}/{Nonce:x8}");
}
