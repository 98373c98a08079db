using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>Told each chunk of a snapshot, in order.</summary>
public delegate void SnapshotChunkReader(in SnapshotChunkFound chunk, ReadOnlySpan<byte> payload);

/// <summary>
/// Checks a snapshot while it passes by, in pieces of any size: on its way into a file, or out of one. Goes on behind a chunk whose checksum is wrong, as
/// long as it can be told where the next one begins. One thread at a time.
/// </summary>
/// <param name="onChunk">Told each chunk, sound or not; the payload is valid during the call only.</param>
public sealed class SnapshotVerifier(SnapshotChunkReader? onChunk = null)
{
    private readonly List<string> _damage = [];
    private byte[] _pending = new byte[128 << 10];
    private int _count;
    private uint _checksum;
    private bool _isLost;

    /// <summary>Position of the last entry whose effect is in it; the origin until the header has been read, or when it cannot be believed.</summary>
    public LogPosition Last { get; private set; }

    /// <summary>Bytes of chunks and header that have been looked at.</summary>
    public long Bytes { get; private set; }

    /// <summary>Chunks so far, the end among them.</summary>
    public long Chunks { get; private set; }

    /// <summary>The end has been read, and nothing that came before it is damaged.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What is wrong, with offsets; complete after <see cref="Complete"/>.</summary>
    public IReadOnlyList<string> Damage => _damage;

    /// <summary>The name of the whole; meaningful when <see cref="IsWhole"/>.</summary>
    public SnapshotId Id => new(Last, Math.Max(1, Bytes), _checksum);

    private bool HasEnded { get; set; }

    /// <summary>Takes in the next bytes.</summary>
    /// <exception cref="InvalidDataException">It is a sound snapshot of a format that this version does not know.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isLost)
        {
            if (HasEnded)
            {
                Lose($"Something follows its end, at offset {Bytes}");
                return;
            }

            int taken = Math.Min(Wanted() - _count, bytes.Length);
            if (_pending.Length < _count + taken) Array.Resize(ref _pending, Math.Max(_count + taken, Math.Min(Wanted(), _pending.Length * 2)));
            bytes[..taken].CopyTo(_pending.AsSpan(_count));
            _count += taken;
            bytes = bytes[taken..];
            if (HasBadLength()) Lose($"The chunk at offset {Bytes} speaks of {SnapshotFormat.LengthOf(_pending)} bytes, which none has: what follows cannot be read");
            else if (_count == Wanted()) Take();
        }
    }

    /// <summary>There is no more.</summary>
    public void Complete()
    {
        if (_isLost) return;
        if (Last == LogPosition.Origin) Lose("This is no snapshot: it does not begin with a header of one (ENGSNAP1)");
        else if (_count > 0 || !HasEnded) Lose($"It ends in the middle, {_count} bytes behind offset {Bytes}");
        IsWhole = _damage.Count == 0;
    }

    /// <summary>Bytes of the header or the chunk that is being read, as far as known.</summary>
    private int Wanted()
    {
        if (Last == LogPosition.Origin) return SnapshotFormat.HeaderBytes;
        return _count < SnapshotFormat.ChunkHeaderBytes ? SnapshotFormat.ChunkHeaderBytes : SnapshotFormat.ChunkHeaderBytes + SnapshotFormat.LengthOf(_pending);
    }

    private bool HasBadLength() =>
        Last != LogPosition.Origin && _count == SnapshotFormat.ChunkHeaderBytes && SnapshotFormat.LengthOf(_pending) is (< 0 or > SnapshotFormat.ChunkBytesMax);

    private void Take()
    {
        if (Last == LogPosition.Origin) TakeHeader();
        else TakeChunk();
    }

    private void TakeHeader()
    {
        if (!SnapshotFormat.TryReadHeader(_pending.AsSpan(0, _count), out LogPosition last, out _checksum) || last == LogPosition.Origin)
        {
            Lose("This is no snapshot: it does not begin with a header of one (ENGSNAP1)");
            return;
        }

        Last = last;
        Bytes = _count;
        _count = 0;
    }

    private void TakeChunk()
    {
        ReadOnlySpan<byte> chunk = _pending.AsSpan(0, _count);
        ReadOnlySpan<byte> payload = chunk[SnapshotFormat.ChunkHeaderBytes..];
        SnapshotSection section = SnapshotFormat.SectionOf(chunk);
        uint stored = SnapshotFormat.ChecksumIn(chunk);
        var found = new SnapshotChunkFound(Bytes, section, payload.Length, stored, SnapshotFormat.ChecksumOf(chunk, _checksum) == stored);
        if (!found.IsSound) _damage.Add($"The chunk at offset {Bytes} ({section.ToString().ToLowerInvariant()}, {payload.Length} bytes) is not what was written");
        onChunk?.Invoke(found, payload);
        if (section == SnapshotSection.End && found.IsSound)
        {
            HasEnded = true;
            long announced = payload.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(payload) : -1;
            if (announced != Chunks) _damage.Add($"Its end speaks of {announced} chunks; there are {Chunks}");
        }

        // The next chunk's checksum runs on from the one that is stored here, whatever this chunk's payload has become.
        _checksum = stored;
        Chunks++;
        Bytes += _count;
        _count = 0;
    }

    private void Lose(string why)
    {
        _damage.Add(why);
        _isLost = true;
    }
}

/// <summary>A chunk of a snapshot, as it was found.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Section">What it holds.</param>
/// <param name="Length">Bytes of its payload.</param>
/// <param name="Checksum">The one that is stored with it.</param>
/// <param name="IsSound">It is the checksum of what is there.</param>
public readonly record struct SnapshotChunkFound(long Offset, SnapshotSection Section, int Length, uint Checksum, bool IsSound);
