using System.Buffers;
using DEngine.Core;

namespace DEngine.Testing;

/// <summary>A state machine driven by the fixture's commands: one index after the other, replies kept.</summary>
internal sealed class MachineUnderTest(StateMachineFixture fixture, ulong seed = 1) : IDisposable
{
    private const byte Untouched = 0xA5;

    /// <summary>Far more than the commands of any case can need: a capture that follows what is written meanwhile would never end.</summary>
    private const int PiecesMax = 20_000;

    private readonly List<IDisposable> _held = [];
    private DeterministicRandom _random = new(seed);

    public IStateMachine Machine { get; } = fixture.Create();

    public List<byte[]> Replies { get; } = [];

    /// <summary>Index of the last entry applied.</summary>
    public long Index { get; private set; }

    /// <summary>Applies the next commands of the stream, in one run; not published.</summary>
    public MachineUnderTest ApplyOnly(int count)
    {
        for (int i = 0; i < count; i++) Apply(fixture.MakeCommand(ref _random));
        return this;
    }

    /// <summary>Applies the next commands of the stream in runs of a length, publishing after each.</summary>
    public MachineUnderTest Run(int count, int runLength = 7)
    {
        for (int done = 0; done < count; done += runLength)
        {
            ApplyOnly(Math.Min(runLength, count - done));
            Publish();
        }
        return this;
    }

    public void Publish() => Machine.Publish(Index);

    /// <summary>An entry that is not for the state machine: a leader's no-op.</summary>
    public void PublishNothing() => Machine.Publish(++Index);

    /// <summary>Applies one command and takes note of the reply. The command's bytes are spoilt afterwards: they were lent for the call.</summary>
    public byte[] Apply(ReadOnlySpan<byte> command)
    {
        byte[] lent = command.ToArray();
        var reply = new ArrayBufferWriter<byte>();
        reply.Write([Untouched]);
        Machine.Apply(++Index, lent, reply);
        Array.Fill(lent, (byte)0xEE);
        ReadOnlySpan<byte> written = reply.WrittenSpan;
        Expect.That(written[0] == Untouched, $"The reply to entry {Index} overwrote what was in the writer before it.");
        Replies.Add(written[1..].ToArray());
        return Replies[^1];
    }

    public IStateCapture Capture()
    {
        IStateCapture capture = Machine.Capture();
        _held.Add(capture);
        return capture;
    }

    public List<byte[]> Snapshot()
    {
        using IStateCapture capture = Machine.Capture();
        return WriteAll(capture);
    }

    /// <summary>The pieces of a capture. The writer is reused for all of them, as production does.</summary>
    public static List<byte[]> WriteAll(IStateCapture capture)
    {
        var pieces = new List<byte[]>();
        var output = new ArrayBufferWriter<byte>();
        while (WriteNext(capture, output, pieces))
        {
            // All of them.
        }
        return pieces;
    }

    public static bool WriteNext(IStateCapture capture, ArrayBufferWriter<byte> output, List<byte[]> pieces)
    {
        output.ResetWrittenCount();
        bool wrote = capture.WriteNext(output);
        if (!wrote) Expect.That(output.WrittenCount == 0, $"WriteNext returned false, but wrote {output.WrittenCount} bytes.");
        if (wrote) pieces.Add(output.WrittenSpan.ToArray());
        Expect.That(pieces.Count <= PiecesMax, $"A capture does not end: it has given more than {PiecesMax} pieces.");
        return wrote;
    }

    public IStateRestore Build(List<byte[]> pieces)
    {
        IStateRestore restore = Machine.BeginRestore();
        foreach (byte[] piece in pieces)
        {
            byte[] lent = [.. piece];
            restore.Read(lent);
            Array.Fill(lent, (byte)0xEE);
        }
        return restore;
    }

    /// <summary>Takes another's state: the rest of the stream is the other's from here on, so that both go on alike.</summary>
    public void RestoreFrom(MachineUnderTest other, List<byte[]> pieces)
    {
        Machine.Restore(Build(pieces), other.Index);
        Index = other.Index;
        _random = other._random;
    }

    public string? Seen => fixture.ReadPublished(Machine);

    public void Dispose()
    {
        foreach (IDisposable held in _held) held.Dispose();
        (Machine as IDisposable)?.Dispose();
    }
}
