using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Compares what clients are told about their commands with the committed log: an answer names the entry that it is from, and that entry must be the command;
/// what was told to have failed must never be applied. Notices at once what a history shows only when somebody reads the key later.
/// </summary>
internal sealed class CommandBooks(CommittedStates states)
{
    private readonly Dictionary<uint, string> _failed = [];
    private readonly Dictionary<uint, long> _committed = [];

    /// <summary>A client was told that its command has been applied.</summary>
    /// <param name="client">Whose, for people.</param>
    /// <param name="command">The bytes.</param>
    /// <param name="index">Of the entry that the answer names.</param>
    public void OnApplied(string client, ReadOnlySpan<byte> command, long index)
    {
        if (index < 1 || index > states.LastIndex)
            throw new ViolationException($"OWN {client} has an answer from entry {index}; only {states.LastIndex} are committed");
        if (!TryReadCommand(states.EntryAt(index), out ReadOnlySpan<byte> committed) || !committed.SequenceEqual(command))
            throw new ViolationException($"OWN {client} has an answer from entry {index}, which is not its command");
    }

    /// <summary>A client was told that its command has certainly not been applied.</summary>
    /// <param name="client">Whose, for people.</param>
    /// <param name="command">The bytes; nobody else sends the same in this run.</param>
    public void OnFailed(string client, ReadOnlySpan<byte> command)
    {
        uint name = Crc32C.Compute(command);
        _failed[name] = client;
        if (_committed.TryGetValue(name, out long index)) Judge(client, index);
    }

    /// <summary>An entry has been committed.</summary>
    public void OnCommitted(in Entry entry)
    {
        if (!TryReadCommand(entry, out ReadOnlySpan<byte> command)) return;
        uint name = Crc32C.Compute(command);
        _committed.TryAdd(name, entry.Index);
        if (_failed.TryGetValue(name, out string? client)) Judge(client, entry.Index);
    }

    /// <summary>A committed command may have been refused by its session when its turn came: then it did fail.</summary>
    private void Judge(string client, long index)
    {
        if (states.StatusAt(index) == ApplyStatus.Applied)
            throw new ViolationException($"OWN {client} was told that its command had failed, and it is applied as entry {index}");
    }

    private static bool TryReadCommand(in Entry entry, out ReadOnlySpan<byte> command)
    {
        command = default;
        if (entry.Kind != EntryKind.Command || !SessionEnvelope.TryRead(entry.Payload.Span, out SessionEnvelope envelope)) return false;
        command = envelope.Command;
        return true;
    }
}
