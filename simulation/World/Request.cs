using DEngine.Core;

namespace DEngine.Simulation.World;

internal enum RequestKind : byte
{
    /// <summary>One attempt of the client's own session.</summary>
    Command,

    /// <summary>A number of the client's session that has been answered, used again.</summary>
    Repetition,

    /// <summary>An operation carried through by the session of the node.</summary>
    Operation,

    Read,

    /// <summary>Every key with a prefix.</summary>
    Scan,
}

/// <summary>A client's message to a node.</summary>
internal sealed record Request(int Client, RequestKind Kind)
{
    /// <summary>The session's attempt, or the client's operation.</summary>
    public ulong Attempt { get; init; }

    public EntryKind EntryKind { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    public ReadConsistency Consistency { get; init; }

    /// <summary>Of a read, or the prefix of a scan.</summary>
    public string Key { get; init; } = "";

    /// <summary>How long the node may try.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>Of a repetition: what the number was answered with the first time.</summary>
    public byte[] FirstReply { get; init; } = [];
}

/// <summary>A node's answer.</summary>
internal sealed record Answer
{
    public CommandStatus Status { get; init; }

    public OperationOutcome Outcome { get; init; }

    public ReadStatus ReadStatus { get; init; }

    public byte[] Reply { get; init; } = [];

    public string? Value { get; init; }

    /// <summary>The state that a read or scan was answered from, and names by its index.</summary>
    public KeyValueView View { get; init; }

    /// <summary>Of a scan: what it found first.</summary>
    public IReadOnlyList<KeyValueRecord> FirstPage { get; init; } = [];

    /// <summary>There is more in <see cref="View"/> after the first page.</summary>
    public bool HasMore { get; init; }
}
