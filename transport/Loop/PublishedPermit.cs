using DEngine.Core;

namespace DEngine.Transport;

/// <summary>The permit of the gate of reads, under threads.</summary>
/// <remarks>
/// A full fence on the writing side, an acquire on the reading side. The loop withdraws by <see cref="Interlocked.Exchange(ref long, long)"/> before it appends
/// the frame that discloses a commit index (a later write, which the fence keeps later), so a thread that has learned of that index by whatever way finds the
/// permit withdrawn. The loop grants after the store has published its root: a thread that gets the new number sees that root or a newer one, because its read
/// of the number is not moved behind its read of the root.
/// </remarks>
internal sealed class PublishedPermit : IPublishedPermit
{
    private long _value = long.MinValue + 1;

    public long Read() => Volatile.Read(ref _value);

    public void Publish(long value) => Interlocked.Exchange(ref _value, value);
}
