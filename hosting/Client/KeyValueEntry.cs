using System.Text;

namespace DEngine;

/// <summary>A key with its value.</summary>
/// <param name="Key">The key's bytes.</param>
/// <param name="Value">The value's bytes.</param>
/// <param name="Revision">Index of the write that set it.</param>
public readonly record struct KeyValueEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long Revision)
{
    /// <summary>The key as UTF-8; bytes that are none become U+FFFD.</summary>
    public string KeyText => Encoding.UTF8.GetString(Key.Span);

    /// <summary>The value as UTF-8; bytes that are none become U+FFFD.</summary>
    public string ValueText => Encoding.UTF8.GetString(Value.Span);
}

/// <summary>What came of a write that depends on what there is.</summary>
/// <param name="Succeeded">Delete: there was such a key. Compare-and-swap: the value was as expected, and has been set.</param>
/// <param name="Revision">Index of the write in the cluster's log, whether it changed anything or not.</param>
public readonly record struct ConditionalResult(bool Succeeded, long Revision);

/// <summary>Some of the keys.</summary>
/// <param name="Entries">In ascending order of key.</param>
/// <param name="Revision">Everything up to this index had been applied, and nothing after it.</param>
/// <param name="More">Whether there are more behind the last one.</param>
public sealed record ScanPage(IReadOnlyList<KeyValueEntry> Entries, long Revision, bool More);
