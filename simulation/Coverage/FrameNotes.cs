using DEngine.Core;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Coverage;

/// <summary>Remembers every frame of a run, so that its end can be told from what it was; and counts what became of it.</summary>
/// <param name="counts">By <see cref="Cell"/>.</param>
internal sealed class FrameNotes(int[] counts)
{
    /// <summary>By identity, from 1.</summary>
    private readonly List<Note> _notes = [];

    public void OnSent(in SentFrame frame, bool isEcho)
    {
        MessageKind kind = frame.Name.Kind ?? throw new InvalidOperationException("clients send no frames");
        _notes.Add(new Note((byte)FrameRow.Of(kind), (byte)frame.Name.From, (byte)frame.Name.To, frame.Fate.Kind, isEcho, frame.Name.Term));
        if (frame.WasCut) Count(_notes[^1], FrameHarm.SentIntoCut);
        else if (frame.Fate.Kind == FateKind.Lost) Count(_notes[^1], FrameHarm.Lost);
    }

    /// <summary>To whom it was sent, by position.</summary>
    public int ReceiverOf(long frame) => _notes[(int)frame - 1].To;

    /// <param name="frame">Its identity.</param>
    /// <param name="receiver">Who takes it in now.</param>
    public void OnArrived(long frame, Node receiver)
    {
        ref Note note = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_notes)[(int)frame - 1];
        bool isOfThePast = note.Term > 0 && note.Term < receiver.Raft.Term;
        if (note.IsEcho) CountBoth(note, FrameHarm.Echoed, isOfThePast);
        else if (note.HasArrived) CountBoth(note, FrameHarm.Copied, isOfThePast);
        else if (note.Fate == FateKind.Late) CountBoth(note, FrameHarm.Late, isOfThePast);
        note.HasArrived = true;
    }

    /// <summary>It does not arrive: why is told from what the world is like.</summary>
    public void OnLost(long frame, SimulatedWorld world)
    {
        Note note = _notes[(int)frame - 1];
        if (world.Network.IsCut(note.From, note.To)) Count(note, FrameHarm.CutUnderWay);
        else if (world.Nodes[note.To].Node is null) Count(note, FrameHarm.NobodyThere);
        else if (note.Fate == FateKind.Corrupted) Count(note, FrameHarm.Damaged);
    }

    public void OnHeld(long frame) => Count(_notes[(int)frame - 1], FrameHarm.Held);

    public void OnClientMessageLost(bool isAnswer) => counts[Cell.Of(isAnswer ? FrameRow.OfAnswers : FrameRow.OfRequests, FrameHarm.Lost)]++;

    private void Count(in Note note, FrameHarm harm) => counts[Cell.Of(note.Row, harm)]++;

    /// <summary>The harm, and the same in a later term if it was.</summary>
    private void CountBoth(in Note note, FrameHarm harm, bool isOfThePast)
    {
        Count(note, harm);
        if (isOfThePast) Count(note, harm + 1);
    }

    private struct Note(byte row, byte from, byte to, FateKind fate, bool isEcho, long term)
    {
        public readonly long Term = term;
        public readonly byte Row = row;
        public readonly byte From = from;
        public readonly byte To = to;
        public readonly FateKind Fate = fate;
        public readonly bool IsEcho = isEcho;
        public bool HasArrived;
    }
}
