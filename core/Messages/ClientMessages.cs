namespace DEngine.Core;

/// <summary>Native client to any node: execute a command. The payload travels beside this header.</summary>
/// <param name="Id">Chosen by the client; echoed.</param>
/// <param name="Kind"><see cref="EntryKind.Command"/> or <see cref="EntryKind.RegisterSession"/>.</param>
public readonly record struct ClientCommand(ulong Id, EntryKind Kind);

/// <summary>Answer to <see cref="ClientCommand"/>; the state machine's reply travels beside this header.</summary>
/// <param name="Id">Id of the request.</param>
/// <param name="Status">What became of this attempt.</param>
/// <param name="Leader">The leader as the answering node knows it, or <see cref="NodeId.None"/>.</param>
public readonly record struct ClientResult(ulong Id, CommandStatus Status, NodeId Leader);

/// <summary>Native client to any node: read one key. The key travels beside this header.</summary>
public readonly record struct ClientGet(ulong Id, ReadConsistency Consistency);

/// <summary>Answer to <see cref="ClientGet"/>; the value travels beside this header.</summary>
/// <param name="Id">Id of the request.</param>
/// <param name="Status">Whether the read was served.</param>
/// <param name="Found">Whether the key exists.</param>
/// <param name="Revision">Modify revision of the key; 0 when not found.</param>
public readonly record struct ClientGetResult(ulong Id, ReadStatus Status, bool Found, long Revision);

/// <summary>Native client to any node: read keys in order. Prefix and after-key travel beside this header.</summary>
/// <param name="Id">Chosen by the client; echoed.</param>
/// <param name="Consistency">How strong a read.</param>
/// <param name="Limit">Most entries to return, 1 and up.</param>
public readonly record struct ClientScan(ulong Id, ReadConsistency Consistency, int Limit);

/// <summary>Answer to <see cref="ClientScan"/>; the records travel beside this header.</summary>
/// <param name="Id">Id of the request.</param>
/// <param name="Status">Whether the read was served.</param>
/// <param name="More">Whether there are more keys behind the last one returned.</param>
/// <param name="Revision">Applied index of the view that was read.</param>
/// <param name="Count">How many records follow.</param>
public readonly record struct ClientScanResult(ulong Id, ReadStatus Status, bool More, long Revision, int Count);

/// <summary>Whether a read may be served. On the wire: never renumber.</summary>
public enum ReadStatus : byte
{
    /// <summary>Yes: the node's own state machine is recent enough.</summary>
    Ready = 0,

    /// <summary>No leader could confirm the read in time.</summary>
    NoLeader = 1,

    /// <summary>Too many reads are waiting already.</summary>
    Overloaded = 2,

    /// <summary>The node is stopping.</summary>
    Stopping = 3,
}
