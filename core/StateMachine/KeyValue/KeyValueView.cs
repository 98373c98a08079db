using System.Diagnostics.CodeAnalysis;

namespace DEngine.Core;

/// <summary>
/// The whole store as of one applied index: consistent, and unchanged for as long as it is kept, whatever is written meanwhile. Any thread may read it;
/// reading takes no lock and allocates nothing. Keeping it keeps the records of that time in memory.
/// </summary>
public readonly struct KeyValueView
{
    private readonly PublishedRoot? _root;

    internal KeyValueView(PublishedRoot root) => _root = root;

    /// <summary>Everything up to this entry is in the view, and nothing after it; 0 before the first.</summary>
    public long AppliedIndex => Root.AppliedIndex;

    /// <summary>How many keys there are.</summary>
    public long Count => Root.Count;

    private PublishedRoot Root => _root ?? PublishedRoot.Initial;

    /// <summary>Looks one key up.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KeyValueRecord? record)
    {
        record = TreeReader.Find(Root.Tree, key);
        return record is not null;
    }

    /// <summary>Adds to <paramref name="output"/>, in ascending order of key (unsigned bytes), the records whose key begins with a prefix.</summary>
    /// <param name="prefix">Empty: all keys.</param>
    /// <param name="after">Only keys above this one; empty: from the start. To continue a scan, the last key of the page before.</param>
    /// <param name="limit">The most records to add; 0 and up.</param>
    /// <param name="output">The caller's; not cleared first.</param>
    /// <returns>True when there is at least one more that the limit left out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public bool Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit, IList<KeyValueRecord> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentNullException.ThrowIfNull(output);
        return TreeReader.Scan(Root.Tree, prefix, after, limit, output);
    }
}
