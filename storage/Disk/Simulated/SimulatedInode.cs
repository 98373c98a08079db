using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A file of a <see cref="SimulatedDisk"/>, whatever its names: what the platter holds, what the operating system shows, and the operations
/// between the two. The platter plus all pending operations is what is shown, but for what a failed sync has lost.
/// </summary>
internal sealed class SimulatedInode(string name)
{
    public const int SectorBytes = 512;

    private readonly SparseBytes _durable = new();
    private readonly SparseBytes _shown = new();
    private readonly List<Pending> _pending = [];
    private byte[] _pendingBytes = [];
    private int _pendingBytesUsed;
    private long _durableLength;
    private bool _lostBySync;

    /// <summary>The name it was last known under; for faults and reports.</summary>
    public string Name { get; set; } = name;

    public long Length { get; private set; }

    public bool HasUnsynced => _pending.Count > 0 || _lostBySync;

    public int Read(long offset, Span<byte> buffer)
    {
        int count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        _shown.Read(offset, buffer[..count]);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        bool zeros = bytes.IndexOfAnyExcept((byte)0) < 0;
        _pending.Add(new Pending(offset, bytes.Length, zeros ? Pending.Zeros : Keep(bytes)));
        if (zeros) _shown.Zero(offset, bytes.Length);
        else _shown.Write(offset, bytes);
        Length = Math.Max(Length, offset + bytes.Length);
    }

    public void SetLength(long length)
    {
        _pending.Add(new Pending(length, 0, Pending.Cut));
        if (length < Length) _shown.Zero(length, Length - length);
        Length = length;
    }

    public void Sync()
    {
        foreach (Pending operation in _pending) ApplyDurably(operation, 0, operation.Length);
        ForgetPending();
    }

    /// <summary>A failed sync: the pages stay readable and count as clean, but they never reach the platter.</summary>
    public void LosePending()
    {
        _lostBySync |= _pending.Count > 0;
        ForgetPending();
    }

    public void PowerLoss(ref DeterministicRandom random, in PowerLossPolicy policy)
    {
        if (!HasUnsynced) return;
        foreach (Pending operation in _pending)
        {
            double roll = random.NextDouble();
            if (roll < policy.KeepWrite) ApplyDurably(operation, 0, operation.Length);
            else if (roll < policy.KeepWrite + policy.TearWrite) Tear(operation, ref random);
        }
        ForgetPending();
        _lostBySync = false;
        _shown.CopyFrom(_durable);
        Length = _durableLength;
    }

    public void FlipBit(long offset, int bit)
    {
        Flip(_durable, offset, bit);
        Flip(_shown, offset, bit);
    }

    public SimulatedInode Copy()
    {
        var copy = new SimulatedInode(Name)
        {
            Length = Length,
            _durableLength = _durableLength,
            _lostBySync = _lostBySync,
            _pendingBytes = _pendingBytes.AsSpan(0, _pendingBytesUsed).ToArray(),
            _pendingBytesUsed = _pendingBytesUsed,
        };
        copy._durable.CopyFrom(_durable);
        copy._shown.CopyFrom(_shown);
        copy._pending.AddRange(_pending);
        return copy;
    }

    private void Tear(Pending operation, ref DeterministicRandom random)
    {
        for (int start = 0; start < operation.Length;)
        {
            // Sectors are the file's, not the write's: a write in the middle of one shares it with its neighbours.
            int end = (int)Math.Min(operation.Length, ((operation.Offset + start) / SectorBytes + 1) * SectorBytes - operation.Offset);
            if (random.Chance(0.5)) ApplyDurably(operation, start, end - start);
            start = end;
        }
    }

    private void ApplyDurably(in Pending operation, int start, int length)
    {
        if (operation.Bytes == Pending.Cut)
        {
            if (operation.Offset < _durableLength) _durable.Zero(operation.Offset, _durableLength - operation.Offset);
            _durableLength = operation.Offset;
            return;
        }
        long offset = operation.Offset + start;
        if (operation.Bytes == Pending.Zeros) _durable.Zero(offset, length);
        else _durable.Write(offset, _pendingBytes.AsSpan(operation.Bytes + start, length));
        _durableLength = Math.Max(_durableLength, offset + length);
    }

    private int Keep(ReadOnlySpan<byte> bytes)
    {
        int start = _pendingBytesUsed;
        int needed = start + bytes.Length;
        if (needed > _pendingBytes.Length) Array.Resize(ref _pendingBytes, Math.Max(needed, _pendingBytes.Length * 2));
        bytes.CopyTo(_pendingBytes.AsSpan(start));
        _pendingBytesUsed += bytes.Length;
        return start;
    }

    private void ForgetPending()
    {
        _pending.Clear();
        _pendingBytesUsed = 0;
    }

    private static void Flip(SparseBytes bytes, long offset, int bit)
    {
        Span<byte> one = stackalloc byte[1];
        bytes.Read(offset, one);
        one[0] ^= (byte)(1 << bit);
        bytes.Write(offset, one);
    }

    /// <param name="Offset">Where; the new length for <see cref="Cut"/>.</param>
    /// <param name="Length">Bytes.</param>
    /// <param name="Bytes">Where the bytes are kept, or one of the constants.</param>
    private readonly record struct Pending(long Offset, int Length, int Bytes)
    {
        public const int Zeros = -1;
        public const int Cut = -2;
    }
}
