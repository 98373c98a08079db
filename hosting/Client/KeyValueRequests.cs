using DEngine.Core;

namespace DEngine;

/// <summary>Makes commands and measures keys and values, before anything is sent.</summary>
internal sealed class KeyValueRequests(int keyBytesMax, int valueBytesMax)
{
    /// <summary>Most entries of one scan.</summary>
    public const int ScanEntriesMax = 10_000;

    public byte[] Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        CheckKey(key);
        CheckValue(value);
        return Encode(KeyValueCommand.Put(key, value));
    }

    public byte[] Delete(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        return Encode(KeyValueCommand.Delete(key));
    }

    public byte[] CompareAndSwap(ReadOnlySpan<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlySpan<byte> value)
    {
        CheckKey(key);
        CheckValue(value);
        if (expected is not { } bytes) return Encode(KeyValueCommand.PutIfAbsent(key, value));
        CheckValue(bytes.Span);
        return Encode(KeyValueCommand.CompareAndSwap(key, bytes.Span, value));
    }

    public void CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty) throw new InvalidRequestException("A key has at least one byte.");
        if (key.Length > keyBytesMax)
            throw new InvalidRequestException($"The key has {key.Length} bytes; at most {keyBytesMax} are allowed (raft.limits.max_key_bytes).", ErrorCodes.TooLarge);
    }

    public void CheckScan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit)
    {
        if (limit is < 1 or > ScanEntriesMax) throw new InvalidRequestException($"A scan's limit is 1 to {ScanEntriesMax}, not {limit}.");
        if (Math.Max(prefix.Length, after.Length) > keyBytesMax)
            throw new InvalidRequestException($"No key is longer than {keyBytesMax} bytes (raft.limits.max_key_bytes).", ErrorCodes.TooLarge);
    }

    /// <summary>Whether a command that came over the network may enter the log.</summary>
    public bool MayPropose(EntryKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind == EntryKind.RegisterSession) return payload.IsEmpty;
        return SessionEnvelope.TryRead(payload, out SessionEnvelope envelope)
            && KeyValueCommand.TryRead(envelope.Command, out KeyValueCommand command)
            && command.Key.Length <= keyBytesMax && command.Value.Length <= valueBytesMax && command.Expected.Length <= valueBytesMax;
    }

    private void CheckValue(ReadOnlySpan<byte> value)
    {
        if (value.Length > valueBytesMax)
        {
            throw new InvalidRequestException(
                $"The value has {value.Length} bytes; at most {valueBytesMax} are allowed (raft.limits.max_value_bytes).", ErrorCodes.TooLarge);
        }
    }

    private static byte[] Encode(in KeyValueCommand command)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(command.Size);
        command.Write(bytes);
        return bytes;
    }
}
