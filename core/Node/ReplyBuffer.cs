namespace DEngine.Core;

/// <summary>The replies of one apply run, side by side in one reused block.</summary>
internal sealed class ReplyBuffer
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public Range Add(ReadOnlySpan<byte> reply)
    {
        int start = _length;
        int end = start + reply.Length;
        if (end > _bytes.Length) Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        reply.CopyTo(_bytes.AsSpan(start));
        _length = end;
        return start..end;
    }

    public ReadOnlySpan<byte> Get(Range range) => _bytes.AsSpan(range);

    public void Clear() => _length = 0;
}
