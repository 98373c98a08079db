using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>The last frames that were sent to one node, whatever became of them, so that they can come again when the world has moved on.</summary>
internal sealed class Echoes
{
    public const int FramesKept = 128;

    private readonly Queue<Sent> _sent = new(FramesKept);

    public void Add(in FrameName name, byte[] bytes)
    {
        if (_sent.Count == FramesKept) _sent.Dequeue();
        _sent.Enqueue(new Sent(name, bytes));
    }

    /// <summary>Up to <paramref name="count"/> frames, the first of them <paramref name="back"/> frames back, in the order in which they were sent.</summary>
    public IEnumerable<Sent> From(int back, int count) => _sent.Skip(Math.Max(0, _sent.Count - back)).Take(count);

    internal readonly record struct Sent(FrameName Name, byte[] Bytes);
}
