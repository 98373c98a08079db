using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace DEngine.Core;

/// <summary>
/// A record in a snapshot: i32 length of key, i32 length of value, i64 create revision, i64 modify revision, i64 version, key, value. Little-endian.
/// </summary>
internal static class RecordCodec
{
    private const int HeaderBytes = 4 + 4 + 8 + 8 + 8;

    internal static int Write(IBufferWriter<byte> output, KeyValueRecord record)
    {
        ReadOnlySpan<byte> value = record.Value.Span;
        int size = HeaderBytes + record.KeyBytes.Length + value.Length;
        Span<byte> bytes = output.GetSpan(size);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, record.KeyBytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], value.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], record.CreateRevision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], record.ModifyRevision);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], record.Version);
        record.KeyBytes.CopyTo(bytes[HeaderBytes..]);
        value.CopyTo(bytes[(HeaderBytes + record.KeyBytes.Length)..]);
        output.Advance(size);
        return size;
    }

    /// <summary>Reads one record and moves <paramref name="bytes"/> behind it; false when there is none.</summary>
    internal static bool TryRead(ref ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out KeyValueRecord? record)
    {
        record = null;
        if (bytes.Length < HeaderBytes) return false;
        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        int valueLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        long created = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        long modified = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        long version = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]);
        ReadOnlySpan<byte> rest = bytes[HeaderBytes..];
        if (keyLength < 0 || valueLength < 0 || (long)keyLength + valueLength > rest.Length) return false;
        if (created < 1 || modified < created || version < 1) return false;
        record = KeyValueRecord.Restore(rest[..keyLength], rest.Slice(keyLength, valueLength), created, modified, version);
        bytes = rest[(keyLength + valueLength)..];
        return true;
    }
}
