using System.Runtime.InteropServices;
using DEngine.Core;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>
/// The last frames that were sent to one node, whatever became of them, so that they can come again when the world has moved on. Of each kind some are
/// kept longer, because those that matter most are sent most rarely.
/// </summary>
internal sealed class Echoes
{
    public const int FramesKept = 128;

    /// <summary>Of each kind.</summary>
    public const int OfKindKept = 64;

    private readonly Queue<Sent> _sent = new(FramesKept);
    private readonly Dictionary<MessageKind, Queue<Sent>> _byKind = [];

    public void Add(in FrameName name, SimulatedFrame frame)
    {
        var sent = new Sent(name, frame);
        Add(_sent, sent, FramesKept);
        if (name.Kind is not { } kind) return;
        ref Queue<Sent>? ofKind = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKind, kind, out _);
        Add(ofKind ??= new Queue<Sent>(OfKindKept), sent, OfKindKept);
    }

    /// <summary>The frames that come again, in the order in which they were sent.</summary>
    public IEnumerable<Sent> Of(EchoStep step)
    {
        Queue<Sent>? sent = step.Kind is { } kind ? _byKind.GetValueOrDefault(kind) : _sent;
        return sent is null ? [] : sent.Skip(Math.Max(0, sent.Count - step.Back)).Take(step.Count);
    }

    private static void Add(Queue<Sent> queue, in Sent sent, int kept)
    {
        if (queue.Count == kept) queue.Dequeue();
        queue.Enqueue(sent);
    }

    internal readonly record struct Sent(FrameName Name, SimulatedFrame Frame);
}
