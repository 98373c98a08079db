namespace DEngine.Core;

/// <summary>
/// Messages to one peer that have not been answered, oldest first: a ring bounded in messages and in bytes, so that a slow peer is not buried (S3).
/// </summary>
public sealed class InflightWindow(int messagesMax, long bytesMax)
{
    private readonly (long LastIndex, long Bytes)[] _ring = new (long, long)[messagesMax];
    private int _head;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public bool IsFull => Count == _ring.Length || Bytes >= bytesMax;

    public void Add(long lastIndex, long bytes)
    {
        Invariant.Holds(!IsFull, "nothing is sent into a full window", Count, Bytes);
        _ring[(_head + Count) % _ring.Length] = (lastIndex, bytes);
        Count++;
        Bytes += bytes;
    }

    /// <summary>An answer for <paramref name="index"/> answers everything before it too.</summary>
    public void FreeUpTo(long index)
    {
        while (Count > 0 && _ring[_head].LastIndex <= index)
        {
            Bytes -= _ring[_head].Bytes;
            _head = (_head + 1) % _ring.Length;
            Count--;
        }
    }

    public void Clear()
    {
        _head = 0;
        Count = 0;
        Bytes = 0;
    }
}
