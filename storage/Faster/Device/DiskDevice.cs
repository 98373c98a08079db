using System.Runtime.ExceptionServices;
using FASTER.core;

namespace DEngine.Storage.Faster;

/// <summary>
/// FASTER's device over an <see cref="IDisk"/>: every segment is a file. Does what it is asked at once, on the thread that asks, and calls back before it
/// returns; FASTER allows that, and it leaves no request under way that a caller does not wait for. Syncs nothing by itself.
/// </summary>
/// <remarks>
/// An error is kept in <see cref="Failure"/> and told to FASTER as a number; its owner looks for it after each use of FASTER. A read that fails gives zeros,
/// because FASTER does not carry a failed read back to every caller. Reading behind a file's end gives zeros too: FASTER reads whole sectors.
/// Several threads may read and write at once where the disk's files allow it, as those of a <see cref="RealDisk"/> do.
/// </remarks>
/// <param name="disk">Holds the files. Stays the caller's.</param>
/// <param name="prefix">How their names begin.</param>
/// <param name="firstSegment">None before it exists.</param>
/// <param name="removal">Who decides when a file goes.</param>
internal sealed class DiskDevice(IDisk disk, string prefix, int firstSegment, DeviceRemoval removal)
    : StorageDeviceBase(prefix, SectorBytes, Devices.CAPACITY_UNSPECIFIED)
{
    /// <summary>What FASTER writes at least, and may write again with more behind what is there.</summary>
    public const uint SectorBytes = 512;

    private const uint DeviceError = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, IDiskFile> _files = [];
    private readonly HashSet<int> _unsynced = [];
    private int _firstSegment = firstSegment;
    private bool _isDirectoryUnsynced;
    private volatile Exception? _failure;
    private volatile bool _isClosed;

    /// <summary>The first error; null: none so far.</summary>
    public Exception? Failure => _failure;

    /// <summary>Throws the first error there was, again.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Makes everything written durable, the names of files included.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public void Sync()
    {
        foreach (int segment in _unsynced.Order()) _files[segment].Sync();
        _unsynced.Clear();
        if (!_isDirectoryUnsynced) return;
        disk.SyncDirectory();
        _isDirectoryUnsynced = false;
    }

    /// <summary>Deletes the files of all segments before one. To be called when whatever says that they are not needed is durable.</summary>
    public void DeleteBefore(int segment)
    {
        for (; _firstSegment < segment; _firstSegment++) Delete(_firstSegment);
    }

    /// <summary>Reads and writes nothing from here on, and keeps no error: what FASTER asks for while it is taken down is answered and forgotten.</summary>
    public void Close() => _isClosed = true;

    public override unsafe void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        uint error = Guard(() =>
        {
            IDiskFile file = OpenOrCreate(segmentId);
            file.Write((long)destinationAddress, new ReadOnlySpan<byte>((void*)sourceAddress, (int)numBytesToWrite));
        });
        callback(error, error == 0 ? numBytesToWrite : 0, context);
    }

    public override unsafe void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        int count = 0;
        Guard(() => count = OpenToRead(segmentId)?.Read((long)sourceAddress, new Span<byte>((void*)destinationAddress, (int)readLength)) ?? 0);
        new Span<byte>((void*)destinationAddress, (int)readLength)[count..].Clear();
        callback(0, readLength, context);
    }

    /// <summary>FASTER has let go of a segment: no thread reads it any more.</summary>
    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result)
    {
        if (removal == DeviceRemoval.WhenAsked) Guard(() => Delete(segment));
        callback(result);
    }

    /// <summary>FASTER asks in order to let a store on other media grow; nothing here needs to know.</summary>
    public override long GetFileSize(int segment) => SegmentSize;

    public override void Dispose()
    {
        Close();
        lock (_gate)
        {
            foreach (IDiskFile file in _files.Values) file.Dispose();
            _files.Clear();
        }
    }

    private uint Guard(Action action)
    {
        if (_isClosed) return 0;
        if (_failure is not null) return DeviceError;
        try
        {
            action();
            return 0;
        }
        catch (Exception error)
        {
            // Whatever it is must not unwind through FASTER, which would be left half way; the end of a simulated process included.
            _failure = error;
            return DeviceError;
        }
    }

    private IDiskFile OpenOrCreate(int segment)
    {
        lock (_gate)
        {
            _unsynced.Add(segment);
            if (Find(segment) is { } file) return file;
            file = disk.Create(DeviceFile.Of(FileName, segment));
            _isDirectoryUnsynced = true;
            _files.Add(segment, file);
            return file;
        }
    }

    private IDiskFile? OpenToRead(int segment)
    {
        lock (_gate) return Find(segment);
    }

    private IDiskFile? Find(int segment)
    {
        if (_files.TryGetValue(segment, out IDiskFile? file)) return file;
        string name = DeviceFile.Of(FileName, segment);
        if (!disk.Exists(name)) return null;
        file = disk.Open(name);
        _files.Add(segment, file);
        return file;
    }

    private void Delete(int segment)
    {
        lock (_gate)
        {
            if (_files.Remove(segment, out IDiskFile? file)) file.Dispose();
            _unsynced.Remove(segment);
        }
        disk.Delete(DeviceFile.Of(FileName, segment));
    }
}

/// <summary>Who decides when a segment's file goes.</summary>
internal enum DeviceRemoval
{
    /// <summary>FASTER: there is nothing to be kept over the end of the process.</summary>
    WhenAsked,

    /// <summary>The owner, by <see cref="DiskDevice.DeleteBefore"/>, when that nobody needs it is durable.</summary>
    ByOwner,
}
