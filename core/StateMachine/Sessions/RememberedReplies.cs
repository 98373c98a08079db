namespace DEngine.Core;

/// <summary>
/// The replies that one session may still be asked for: a ring with the slot of a sequence at its remainder by the ring's size. All remembered sequences lie in
/// <c>[AcknowledgedBelow, AcknowledgedBelow + ring size)</c>, so no two share a slot. The ring starts small and doubles up to the window.
/// </summary>
/// <param name="window">Most sequences from the first unacknowledged one on; 1 and up.</param>
internal sealed partial class RememberedReplies(int window)
{
    private const int InitialSize = 4;

    /// <summary>Reply arrays up to this size stay in their slot after use and serve its next reply, if that has the same length.</summary>
    private const int ReusedReplyBytesMax = 64;

    private Slot[] _ring = [];

    /// <summary>A capture holds this object too, and another thread may read it: it is never changed from here on, see <see cref="CopyForChange"/>.</summary>
    internal bool IsCaptured { get; set; }

    /// <summary>Every sequence below this one is forgotten. From 1, never down.</summary>
    internal ulong AcknowledgedBelow { get; private set; } = 1;

    internal bool Fits(ulong sequence) => sequence >= AcknowledgedBelow && sequence - AcknowledgedBelow < (ulong)window;

    /// <summary>Forgets every reply below a sequence. An acknowledgement that is older than the last changes nothing.</summary>
    internal void Acknowledge(ulong below)
    {
        if (below <= AcknowledgedBelow) return;
        Invariant.Holds(!IsCaptured, "what a capture holds is not changed");
        ulong passed = Math.Min(below - AcknowledgedBelow, (ulong)_ring.Length);
        for (ulong i = 0; i < passed; i++) SlotOf(AcknowledgedBelow + i).Clear();
        AcknowledgedBelow = below;
    }

    /// <summary>The remembered command and reply of a sequence, if it has been applied and not acknowledged. Valid until the next change.</summary>
    internal bool TryGet(ulong sequence, out CommandFingerprint command, out ReadOnlySpan<byte> reply)
    {
        Invariant.Holds(Fits(sequence), "only a sequence in the window is looked up", sequence, AcknowledgedBelow);
        command = default;
        reply = default;
        if (sequence - AcknowledgedBelow >= (ulong)_ring.Length) return false;
        ref Slot slot = ref SlotOf(sequence);
        if (slot.Sequence != sequence) return false;
        command = slot.Command;
        reply = slot.Reply;
        return true;
    }

    /// <summary>Remembers what a sequence was answered. Copies the reply.</summary>
    internal void Remember(ulong sequence, CommandFingerprint command, ReadOnlySpan<byte> reply)
    {
        Invariant.Holds(Fits(sequence) && !IsCaptured, "only a sequence in the window is remembered", sequence, AcknowledgedBelow);
        if (sequence - AcknowledgedBelow >= (ulong)_ring.Length) GrowFor(sequence);
        ref Slot slot = ref SlotOf(sequence);
        Invariant.Holds(slot.Sequence == 0, "a sequence is applied once (X2)", sequence, slot.Sequence);
        slot.Sequence = sequence;
        slot.Command = command;
        if (slot.Reply.Length == reply.Length) reply.CopyTo(slot.Reply);
        else slot.Reply = reply.ToArray();
    }

    /// <summary>
    /// What a session goes on with when a capture holds this object. The replies themselves are shared, and a reply that a capture holds is never written over.
    /// </summary>
    internal RememberedReplies CopyForChange()
    {
        var copy = new RememberedReplies(window) { AcknowledgedBelow = AcknowledgedBelow, _ring = [.. _ring] };
        foreach (ref Slot slot in copy._ring.AsSpan())
        {
            if (slot.Sequence == 0) slot = Slot.Unused;
            else slot.IsReplyShared = true;
        }

        return copy;
    }

    internal void AddTo(ref StateHash hash)
    {
        hash.Add(AcknowledgedBelow);
        for (ulong i = 0; i < (ulong)_ring.Length; i++)
        {
            ref Slot slot = ref SlotOf(AcknowledgedBelow + i);
            if (slot.Sequence == 0) continue;
            hash.Add(slot.Sequence);
            hash.Add(slot.Command.Crc32C);
            hash.Add((ulong)slot.Command.Length);
            hash.Add(slot.Reply);
        }
    }

    private void GrowFor(ulong sequence)
    {
        ulong needed = sequence - AcknowledgedBelow + 1;
        var size = (ulong)Math.Max(_ring.Length, InitialSize);
        while (size < needed) size *= 2;
        Slot[] old = _ring;
        _ring = new Slot[size];
        _ring.AsSpan().Fill(Slot.Unused);
        foreach (Slot slot in old)
        {
            if (slot.Sequence != 0) SlotOf(slot.Sequence) = slot;
        }
    }

    private ref Slot SlotOf(ulong sequence) => ref _ring[sequence & ((ulong)_ring.Length - 1)];

    private struct Slot
    {
        internal static readonly Slot Unused = new() { Reply = [] };

        /// <summary>0: nothing is remembered here.</summary>
        internal ulong Sequence;
        internal CommandFingerprint Command;
        internal byte[] Reply;
        internal bool IsReplyShared;

        internal void Clear()
        {
            Sequence = 0;
            Command = default;
            if (IsReplyShared || Reply.Length > ReusedReplyBytesMax) Reply = [];
            IsReplyShared = false;
        }
    }
}
