using System.Buffers;
using System.Net.Sockets;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// Receives into a pooled array and finds the whole frames in it. Grows with what has really come, not with what a header announces, so that a
/// connection costs memory only for bytes that its sender has paid for. One task at a time.
/// </summary>
internal sealed class FrameReader : IDisposable
{
    private const int BufferBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly int _frameBytesMax;
    private byte[] _buffer;
    private int _length;
    private int _wanted;

    /// <param name="socket">To receive from.</param>
    /// <param name="frameBytesMax">Largest whole frame.</param>
    /// <param name="received">What came with the hello already.</param>
    public FrameReader(Socket socket, int frameBytesMax, ReadOnlySpan<byte> received)
    {
        _socket = socket;
        _frameBytesMax = frameBytesMax;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, received.Length));
        received.CopyTo(_buffer);
        _length = received.Length;
    }

    /// <summary>What has been received and not consumed; whole frames are in front.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>Receives more; false when the other side has closed.</summary>
    public async ValueTask<bool> ReceiveAsync()
    {
        if (_length == _buffer.Length) Grow();
        int count = await _socket.ReceiveAsync(_buffer.AsMemory(_length), SocketFlags.None).ConfigureAwait(false);
        _length += count;
        return count > 0;
    }

    /// <summary>Verifies what is whole.</summary>
    /// <param name="verified">Bytes in front that are whole frames with good checksums.</param>
    /// <returns>Why what follows them will never be a frame, or <see cref="FrameError.None"/>.</returns>
    public FrameError Scan(out int verified)
    {
        verified = 0;
        while (verified < _length)
        {
            FrameResult result = FrameParser.Parse(_buffer.AsSpan(verified, _length - verified), _frameBytesMax);
            if (result.Status == FrameStatus.Invalid) return result.Error;
            if (result.Status == FrameStatus.NeedMore)
            {
                _wanted = result.Length;
                return FrameError.None;
            }

            verified += result.Length;
        }

        _wanted = 0;
        return FrameError.None;
    }

    /// <summary>Gives away the array with the verified frames in front; what is behind them moves to a new one.</summary>
    public byte[] Detach(int verified)
    {
        byte[] frames = _buffer;
        int rest = _length - verified;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, rest));
        frames.AsSpan(verified, rest).CopyTo(_buffer);
        _length = rest;
        return frames;
    }

    /// <summary>Forgets the verified frames, which have been dealt with in place.</summary>
    public void Consume(int verified)
    {
        int rest = _length - verified;
        _buffer.AsSpan(verified, rest).CopyTo(_buffer);
        _length = rest;
        if (rest > 0 || _buffer.Length <= BufferBytes) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        int size = (int)Math.Min(Math.Max(_wanted, _length + 1L), _length * 2L);
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
