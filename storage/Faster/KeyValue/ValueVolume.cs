using System.Buffers.Binary;
using System.Collections.Concurrent;
using DEngine.Core;
using FASTER.core;
using ValueSession = FASTER.core.ClientSession<
    DEngine.Storage.Faster.ValueKey, FASTER.core.SpanByte, FASTER.core.SpanByte, DEngine.Storage.Faster.ValueBytes, FASTER.core.Empty,
    DEngine.Storage.Faster.ValueFunctions>;

namespace DEngine.Storage.Faster;

/// <summary>
/// The values of one state in a FasterKV of their own, under the revisions that wrote them; gone, files and all, when disposed of. One thread puts and removes;
/// any thread reads, each call with a session that no other has. A thread of its own writes files anew when most of what they hold has been removed.
/// </summary>
/// <remarks>
/// A part of a value: CRC-32C over the rest and the key (u32), length of the whole value (i32), bytes. Scratch files have no other protection.
/// </remarks>
internal sealed class ValueVolume : IDisposable
{
    private const int HeaderBytes = 8;
    private const int PartsOfPage = 4;

    /// <summary>Far more often than files can be tidied away under one read.</summary>
    private const int LooksMax = 100;

    private readonly FasterKeyValueOptions _options;
    private readonly IDisk _disk;
    private readonly string _prefix;
    private readonly DiskDevice _device;
    private readonly FasterKV<ValueKey, SpanByte> _store;
    private readonly ValueSession _writer;
    private readonly ConcurrentBag<ValueSession> _readers = [];
    private readonly int _partBytesMax;
    private readonly Dictionary<long, long> _partsOfLarge = [];
    private byte[] _buffer = new byte[4 << 10];
    private long _garbage;
    private Thread? _compacting;
    private volatile Exception? _compactionFailure;

    /// <param name="disk">Holds the files; several threads use it at once. Stays the caller's.</param>
    /// <param name="prefix">How the names of the files begin; nothing else's names do.</param>
    /// <param name="options">Checked.</param>
    public ValueVolume(IDisk disk, string prefix, FasterKeyValueOptions options)
    {
        _options = options;
        _disk = disk;
        _prefix = prefix;
        _partBytesMax = (options.PageBytes / PartsOfPage) - HeaderBytes;
        _device = new DiskDevice(disk, prefix, firstSegment: 0, DeviceRemoval.WhenAsked);
        _store = new FasterKV<ValueKey, SpanByte>(new FasterKVSettings<ValueKey, SpanByte>
        {
            LogDevice = _device,
            PageSize = options.PageBytes,
            SegmentSize = options.SegmentBytes,
            MemorySize = options.MemoryBytes,
            IndexSize = options.IndexBytes,
            EqualityComparer = new ValueKeyComparer(),
            ConcurrencyControlMode = ConcurrencyControlMode.None,
        });
        _writer = NewSession();
    }

    /// <summary>Values put and not removed; the writer's thread only.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes that the values' records take, in memory and files, removed ones that have not been tidied away included.</summary>
    public long LogBytes => _store.Log.TailAddress - _store.Log.BeginAddress;

    /// <summary>Keeps a value. The writer's thread only.</summary>
    /// <exception cref="IOException">The device failed or is full.</exception>
    public unsafe void Put(long revision, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = value;
        long part = 0;
        do
        {
            int count = Math.Min(rest.Length, _partBytesMax);
            var key = new ValueKey(revision, part++);
            if (_buffer.Length < HeaderBytes + count) _buffer = new byte[Math.Max(HeaderBytes + count, 2 * _buffer.Length)];
            Span<byte> bytes = _buffer.AsSpan(0, HeaderBytes + count);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], value.Length);
            rest[..count].CopyTo(bytes[HeaderBytes..]);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, Checksum(key, bytes));
            fixed (byte* pointer = bytes)
            {
                SpanByte desired = SpanByte.FromPointer(pointer, bytes.Length);
                Status status = _writer.Upsert(ref key, ref desired);
                if (status.IsPending) _writer.CompletePending(wait: true);
            }
            rest = rest[count..];
        }
        while (!rest.IsEmpty);
        if (part > 1) _partsOfLarge.Add(revision, part);
        Count++;
        ThrowIfFailed();
    }

    /// <summary>Reads a value; a new array. Any thread.</summary>
    /// <exception cref="StorageDamagedException">The file holds something else than what was written.</exception>
    /// <exception cref="IOException">The device failed.</exception>
    public byte[] Read(long revision)
    {
        if (!_readers.TryTake(out ValueSession? session)) session = NewSession();
        byte[] first = Read(session, new ValueKey(revision, 0));
        byte[] value = GC.AllocateUninitializedArray<byte>(BinaryPrimitives.ReadInt32LittleEndian(first.AsSpan(4)));
        int filled = Copy(first, value, 0, revision);
        for (long part = 1; filled < value.Length; part++) filled += Copy(Read(session, new ValueKey(revision, part)), value, filled, revision);
        _readers.Add(session);
        return value;
    }

    /// <summary>Lets go of a value that nobody will read again. The writer's thread only.</summary>
    public void Remove(long revision)
    {
        long parts = _partsOfLarge.Remove(revision, out long many) ? many : 1;
        for (long part = 0; part < parts; part++)
        {
            var key = new ValueKey(revision, part);
            if (_writer.Delete(ref key).IsPending) _writer.CompletePending(wait: true);
        }
        Count--;
        _garbage++;
        ThrowIfFailed();
        if (_garbage >= _options.GarbageMin && _garbage > Count) BeginCompaction();
    }

    public void Dispose()
    {
        _compacting?.Join();
        _device.Close();
        _writer.Dispose();
        foreach (ValueSession session in _readers) session.Dispose();
        _store.Dispose();
        _device.Dispose();
        foreach (int segment in DeviceFile.List(_disk, _prefix)) _disk.Delete(DeviceFile.Of(_prefix, segment));
    }

    private ValueSession NewSession() => _store.For(new ValueFunctions()).NewSession<ValueFunctions>();

    /// <summary>Looks again when the value is not where it was: files may be tidied away between the look-up and the end of the read.</summary>
    private byte[] Read(ValueSession session, ValueKey key)
    {
        for (int look = 1; look < LooksMax; look++)
        {
            if (TryRead(session, key, out byte[] bytes)) return bytes;
        }

        throw Unreadable(key);
    }

    private bool TryRead(ValueSession session, ValueKey key, out byte[] bytes)
    {
        var output = default(ValueBytes);
        Status status = session.Read(ref key, ref output);
        if (status.IsPending)
        {
            session.CompletePendingWithOutputs(out CompletedOutputIterator<ValueKey, SpanByte, SpanByte, ValueBytes, Empty> completed, wait: true);
            using (completed)
            {
                while (completed.Next()) (output, status) = (completed.Current.Output, completed.Current.Status);
            }
        }

        _device.ThrowIfFailed();
        bytes = output.Bytes ?? [];
        if (!status.Found) return false;
        if (bytes.Length >= HeaderBytes && Checksum(key, bytes) == BinaryPrimitives.ReadUInt32LittleEndian(bytes)) return true;
        throw Unreadable(key);
    }

    private StorageDamagedException Unreadable(ValueKey key) => new(
        $"Part {key.Part} of the value that entry {key.Revision} wrote cannot be read back from the state's files ({_prefix}*): they hold something else than was "
        + "written. The state is rebuilt from snapshot and log at the next start; look after the device first.");

    private static uint Checksum(ValueKey key, ReadOnlySpan<byte> bytes) =>
        Crc32C.Compute(bytes[sizeof(uint)..], (uint)key.Revision ^ (uint)(key.Part << 20));

    private static int Copy(byte[] part, byte[] value, int filled, long revision)
    {
        ReadOnlySpan<byte> bytes = part.AsSpan(HeaderBytes);
        if (bytes.Length > value.Length - filled || (bytes.IsEmpty && value.Length > 0))
            throw new StorageDamagedException($"The parts of the value that entry {revision} wrote do not fit together.");
        bytes.CopyTo(value.AsSpan(filled));
        return bytes.Length;
    }

    /// <summary>On a thread of its own: FASTER moves what is still needed of the files behind everything else, and lets go of them.</summary>
    private void BeginCompaction()
    {
        long until = _store.Log.SafeReadOnlyAddress;
        if (_compacting is { IsAlive: true } || until - _store.Log.BeginAddress < _options.SegmentBytes) return;
        _garbage = 0;
        _compacting = new Thread(() => Compact(until)) { IsBackground = true, Name = "dengine state compaction" };
        _compacting.Start();
    }

    private void Compact(long until)
    {
        try
        {
            _store.Log.Compact<SpanByte, ValueBytes, Empty, ValueFunctions>(new ValueFunctions(), until, CompactionType.Lookup);
            _store.Log.Truncate();
        }
        catch (Exception error)
        {
            // Told to the loop with the next command: what FASTER has moved and what not is not known any more.
            _compactionFailure = error;
        }
    }

    private void ThrowIfFailed()
    {
        _device.ThrowIfFailed();
        if (_compactionFailure is { } failure) throw new IOException($"FASTER could not tidy the state's files: {failure.Message}", failure);
    }
}
