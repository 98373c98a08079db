namespace DEngine.Storage;

/// <summary>Bytes of a simulated file. What was never written, or only with zeros, takes no memory.</summary>
internal sealed class SparseBytes
{
    private const int ChunkBits = 12;
    private const int ChunkBytes = 1 << ChunkBits;

    private byte[]?[] _chunks = [];

    public void Read(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int within = (int)offset & (ChunkBytes - 1);
            int count = Math.Min(target.Length, ChunkBytes - within);
            if (Chunk(offset) is { } chunk) chunk.AsSpan(within, count).CopyTo(target);
            else target[..count].Clear();
            target = target[count..];
            offset += count;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int within = (int)offset & (ChunkBytes - 1);
            int count = Math.Min(bytes.Length, ChunkBytes - within);
            bytes[..count].CopyTo(ChunkForWriting(offset).AsSpan(within));
            bytes = bytes[count..];
            offset += count;
        }
    }

    public void Zero(long offset, long length)
    {
        long end = offset + length;
        while (offset < end && (offset >> ChunkBits) < _chunks.Length)
        {
            int within = (int)offset & (ChunkBytes - 1);
            int count = (int)Math.Min(end - offset, ChunkBytes - within);
            if (count == ChunkBytes) _chunks[offset >> ChunkBits] = null;
            else if (_chunks[offset >> ChunkBits] is { } chunk) chunk.AsSpan(within, count).Clear();
            offset += count;
        }
    }

    public void CopyFrom(SparseBytes other)
    {
        if (_chunks.Length != other._chunks.Length) _chunks = new byte[]?[other._chunks.Length];
        for (int i = 0; i < _chunks.Length; i++)
        {
            byte[]? source = other._chunks[i];
            if (source is null) _chunks[i] = null;
            else source.CopyTo(_chunks[i] ??= new byte[ChunkBytes], 0);
        }
    }

    private byte[]? Chunk(long offset)
    {
        long index = offset >> ChunkBits;
        return index < _chunks.Length ? _chunks[index] : null;
    }

    private byte[] ChunkForWriting(long offset)
    {
        int index = checked((int)(offset >> ChunkBits));
        if (index >= _chunks.Length) Array.Resize(ref _chunks, Math.Max(index + 1, _chunks.Length * 2));
        return _chunks[index] ??= new byte[ChunkBytes];
    }
}
