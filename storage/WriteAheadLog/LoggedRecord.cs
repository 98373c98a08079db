using DEngine.Core;

namespace DEngine.Storage;

/// <summary>What one record of a log's files says, for human eyes: see docs/wal-format.md.</summary>
public readonly ref struct LoggedRecord
{
    internal LoggedRecord(string file, long offset, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        File = file;
        Offset = offset;
        Header = header;
        Payload = payload;
    }

    /// <summary>Name of the segment.</summary>
    public string File { get; }

    /// <summary>In bytes from the segment's beginning.</summary>
    public long Offset { get; }

    /// <summary>Bytes that the record takes, padding included.</summary>
    public long Length => Header.Total;

    /// <summary>
    /// The entry, if it is one: appended, taking the place of one with its index and of all that followed, beginning the log anew, or put back.
    /// </summary>
    public bool IsEntry => Header.Kind is RecordKind.Entry or RecordKind.Restart or RecordKind.Fill;

    /// <summary>Of an entry.</summary>
    public LogPosition Position => new(Header.Term, Header.Index);

    /// <summary>Of an entry.</summary>
    public EntryKind EntryKind => Header.EntryKind;

    /// <summary>Of an entry. Valid during the call that gives the record.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    private RecordHeader Header { get; }

    /// <summary>What it says, unless it is an entry.</summary>
    public string Describe() => Header.Kind switch
    {
        RecordKind.HardState => new HardState(Header.Term, new NodeId((uint)Header.Index)).ToString(),
        RecordKind.Truncate => $"entries from {Header.Index} on are forgotten",
        RecordKind.Drop => $"entries before {Header.Index} are not needed, nor are segments before {SegmentName.Of(Header.Term)}",
        RecordKind.Restart => "the log begins anew here",
        RecordKind.Fill => "a peer has given it back",
        RecordKind.Lost => $"{Header.PayloadLength} bytes that could not be read any more",
        RecordKind.Life => new LogLife(Header.Index, (RecoveryReason)Header.Term).ToString(),
        _ => "",
    };
}
