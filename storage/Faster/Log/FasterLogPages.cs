using System.Buffers.Binary;

namespace DEngine.Storage.Faster;

/// <summary>
/// Reads FasterLog's records as they lie in its files, one page at a time: a length (i32), so many bytes, fill up to a multiple of four; a length of zero:
/// nothing more on this page. FasterLog's own scan is not used because it waits for ever where a length is damaged.
/// </summary>
internal sealed class FasterLogPages : IDisposable
{
    private const int LengthBytes = sizeof(int);

    private readonly IDisk _disk;
    private readonly string _prefix;
    private readonly FasterCommit _commit;
    private readonly byte[] _page;
    private readonly long _until;
    private long _address;
    private long _pageStart = -1;
    private IDiskFile? _file;
    private long _segment = -1;

    public FasterLogPages(IDisk disk, string prefix, FasterCommit commit)
    {
        _disk = disk;
        _prefix = prefix;
        _commit = commit;
        _page = new byte[commit.Sizes.Page];
        (_address, _until, _) = commit.Addresses();
    }

    /// <summary>Where the record that was read last begins, or where reading has ended.</summary>
    public long Address { get; private set; }

    /// <summary>The next record; false at the end, or where there is none that could be one: the caller knows what should have come.</summary>
    public bool TryRead(out ReadOnlySpan<byte> record)
    {
        record = default;
        while (_address < _until)
        {
            Address = _address;
            long pageStart = _address & -(long)_commit.Sizes.Page;
            if (pageStart != _pageStart) Load(pageStart);
            int offset = (int)(_address - pageStart);
            int end = (int)Math.Min(_commit.Sizes.Page, _until - pageStart);
            int length = end - offset < LengthBytes ? 0 : BinaryPrimitives.ReadInt32LittleEndian(_page.AsSpan(offset));
            if (length == 0)
            {
                _address = pageStart + _commit.Sizes.Page;
                continue;
            }

            if (length < 0 || length > end - offset - LengthBytes) return false;
            record = _page.AsSpan(offset + LengthBytes, length);
            _address += LengthBytes + ((length + 3) & ~3);
            return true;
        }

        return false;
    }

    public void Dispose() => _file?.Dispose();

    private void Load(long pageStart)
    {
        long segment = pageStart / _commit.Sizes.Segment;
        if (segment != _segment)
        {
            _file?.Dispose();
            _file = _disk.Open(DeviceFile.Of(_prefix, (int)segment));
            _segment = segment;
        }

        int count = _file!.Read(pageStart - (segment * _commit.Sizes.Segment), _page);
        _page.AsSpan(count).Clear();
        _pageStart = pageStart;
    }
}
