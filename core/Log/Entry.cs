namespace DEngine.Core;

/// <summary>
/// One entry of the replicated log. The payload is never changed after the entry has been made: the log, the disk writer and
/// the applier share it without copying.
/// </summary>
/// <param name="Position">Term and index.</param>
/// <param name="Kind">What <paramref name="Payload"/> means.</param>
/// <param name="Payload">Immutable from here on; empty for <see cref="EntryKind.Noop"/>.</param>
public readonly record struct Entry(LogPosition Position, EntryKind Kind, ReadOnlyMemory<byte> Payload)
{
    public long Term => Position.Term;

    public long Index => Position.Index;

    /// <summary>What the entry counts for in byte limits: its payload and a fixed share for its header.</summary>
    public int Size => Payload.Length + HeaderSize;

    /// <summary>Bytes of header that an entry costs on the wire: term, index, kind, length.</summary>
    public const int HeaderSize = 24;

    public override string ToString() => $"{Position} {Kind} ({Payload.Length} bytes)";
}
