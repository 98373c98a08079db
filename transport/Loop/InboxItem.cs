using DEngine.Core;

namespace DEngine.Transport;

/// <summary>What has arrived for the loop.</summary>
internal enum InboxKind : byte
{
    /// <summary>Whole frames, verified, in a pooled array. From connections of peers; peers are slowed down when the inbox is full.</summary>
    PeerFrames = 0,

    /// <summary>From connections of native clients; answered Overloaded when the inbox is full.</summary>
    Command = 1,

    /// <summary>From the embedding application; answered Overloaded when the inbox is full.</summary>
    Operation = 2,

    /// <summary>From both; answered Overloaded when the inbox is full.</summary>
    Read = 3,

    /// <summary>From the disk thread; at most one is waiting for each write of the loop's own, so always taken.</summary>
    Persisted = 4,

    /// <summary>From whoever controls the node: rare, always taken.</summary>
    Action = 5,

    /// <summary>From the snapshots' thread; the node asks for little at a time, so always taken.</summary>
    Snapshot = 6,
}

/// <summary>One arrival. Which fields are set depends on the kind.</summary>
internal readonly struct InboxItem
{
    private InboxItem(InboxKind kind, object? reference)
    {
        Kind = kind;
        Reference = reference;
    }

    public InboxKind Kind { get; }

    /// <summary>The array of frames, the receiver of the answer, the action, or the result.</summary>
    public object? Reference { get; }

    /// <summary>The receiver's id, or the ticket.</summary>
    public ulong Id { get; private init; }

    public ReadOnlyMemory<byte> Payload { get; private init; }

    public TimeSpan Deadline { get; private init; }

    public NodeId From { get; private init; }

    /// <summary>What the peer said of its directory when it connected.</summary>
    public DirectoryStamp Sender { get; private init; }

    /// <summary>Bytes of frames in the array.</summary>
    public int Length { get; private init; }

    public EntryKind EntryKind { get; private init; }

    public ReadConsistency Consistency { get; private init; }

    public static InboxItem PeerFrames(NodeId from, in DirectoryStamp sender, byte[] frames, int length) =>
        new(InboxKind.PeerFrames, frames) { From = from, Sender = sender, Length = length };

    public static InboxItem Command(ICommandReceiver receiver, ulong id, EntryKind kind, ReadOnlyMemory<byte> payload) =>
        new(InboxKind.Command, receiver) { Id = id, EntryKind = kind, Payload = payload };

    public static InboxItem Operation(IOperationReceiver receiver, ulong id, ReadOnlyMemory<byte> command, TimeSpan deadline) =>
        new(InboxKind.Operation, receiver) { Id = id, Payload = command, Deadline = deadline };

    public static InboxItem Read(IReadReceiver receiver, ulong id, ReadConsistency consistency) =>
        new(InboxKind.Read, receiver) { Id = id, Consistency = consistency };

    public static InboxItem Persisted(long ticket) => new(InboxKind.Persisted, null) { Id = (ulong)ticket };

    public static InboxItem Snapshot(SnapshotResult result) => new(InboxKind.Snapshot, result);

    public static InboxItem Action(Action<Node?, TimeSpan> action) => new(InboxKind.Action, action);
}
