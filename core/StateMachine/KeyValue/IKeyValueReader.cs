using System.Diagnostics.CodeAnalysis;

namespace DEngine.Core;

/// <summary>
/// Reads of a key-value state machine's newest published state. Any thread. Each call sees one state, as of one applied index, and a thread never sees an older
/// one than it saw before.
/// </summary>
public interface IKeyValueReader
{
    /// <summary>Looks one key up.</summary>
    /// <exception cref="ObjectDisposedException">The store has been closed. One in memory never is.</exception>
    /// <exception cref="IOException">The value is on a disk and cannot be read; the keys of a store in memory always can.</exception>
    bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KeyValueRecord? record);

    /// <summary>Adds to <paramref name="output"/>, in ascending order of key (unsigned bytes), the records whose key begins with a prefix.</summary>
    /// <param name="prefix">Empty: all keys.</param>
    /// <param name="after">Only keys above this one; empty: from the start. To continue a scan, the last key of the page before.</param>
    /// <param name="limit">The most records to add; 0 and up.</param>
    /// <param name="output">The caller's; not cleared first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="ObjectDisposedException">The store has been closed. One in memory never is.</exception>
    /// <exception cref="IOException">A value is on a disk and cannot be read.</exception>
    KeyValueScan Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit, IList<KeyValueRecord> output);
}

/// <summary>What a scan has come to, beside the records.</summary>
/// <param name="AppliedIndex">Everything up to this entry was in the state that was read, and nothing after it.</param>
/// <param name="HasMore">There is at least one more record that the limit left out.</param>
public readonly record struct KeyValueScan(long AppliedIndex, bool HasMore);
