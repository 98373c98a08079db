using System.Buffers;
using System.Runtime.ExceptionServices;
using DEngine.Core;

namespace DEngine.Testing;

/// <summary>
/// The promises of <see cref="IStateMachine"/>, <see cref="IStateCapture"/> and <see cref="IStateRestore"/>, one case each, for any state machine and any
/// test framework.
/// </summary>
/// <example>
/// <code>
/// StateMachineConformance.RunAll(() => new MyFixture());
/// </code>
/// </example>
public static class StateMachineConformance
{
    private const int Many = 400;

    /// <summary>Every promise.</summary>
    public static IReadOnlyList<StateMachineCase> Cases { get; } =
    [
        new("The same commands give the same replies and the same state", IsDeterministic),
        new("How commands are grouped into runs changes neither replies nor state", RunsDoNotMatter),
        new("An entry that is not for the state machine may be published without a command", PublishesNothing),
        new("A command's bytes are not kept, and a reply is added behind what the writer holds", StatesDifferWhenCommandsDo),
        new("A command that makes no sense is answered and changes nothing", RefusesMalformed),
        new("Cut and mutilated commands are answered without an exception, alike on every replica", AnswersAnything),
        new("Readers see nothing before it is published", ReadersSeeWhatIsPublished),
        new("Equal states give the same snapshot, piece by piece", SnapshotsAreEqual),
        new("A capture holds the state that was published last, not what is applied already", CapturesThePublished),
        new("A capture does not change while commands go on between its pieces", CaptureHoldsStill),
        new("Several captures at once each hold their own moment", CapturesAreIndependent),
        new("A capture may be written out by another thread while commands go on", CaptureOnAnotherThread),
        new("A capture that is let go half written changes nothing", CaptureMayBeAbandoned),
        new("A restored machine has the same state, shows the same and goes on alike", RestoresTheState),
        new("An empty state can be captured and restored", RestoresTheEmptyState),
        new("A restore replaces everything that was there", RestoreReplaces),
        new("A state is built aside by another thread while commands go on", RestoreOnAnotherThread),
        new("A capture outlives a restore", CaptureOutlivesRestore),
        new("A restore that is given up leaves no trace", RestoreMayBeAbandoned),
    ];

    /// <summary>Runs every case, each on a fixture of its own.</summary>
    /// <param name="makeFixture">Called once for each case; the suite disposes of what it makes.</param>
    /// <returns>How many cases ran.</returns>
    /// <exception cref="ConformanceException">Promises are broken; the message lists all of them.</exception>
    public static int RunAll(Func<StateMachineFixture> makeFixture)
    {
        ArgumentNullException.ThrowIfNull(makeFixture);
        return Expect.All(Cases.Select(promise => (promise.Name, (Action)(() => Run(promise)))));

        void Run(StateMachineCase promise)
        {
            using StateMachineFixture fixture = makeFixture();
            promise.Run(fixture);
        }
    }

    private static void IsDeterministic(StateMachineFixture fixture)
    {
        using MachineUnderTest one = New(fixture).Run(Many);
        using MachineUnderTest other = New(fixture).Run(Many);
        MustBeAlike(one, other, "after the same commands");
    }

    private static void RunsDoNotMatter(StateMachineFixture fixture)
    {
        using MachineUnderTest one = New(fixture).Run(Many, runLength: 1);
        using MachineUnderTest other = New(fixture).Run(Many, runLength: Many);
        MustBeAlike(one, other, "published after every command, and once");
    }

    private static void PublishesNothing(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture);
        machine.PublishNothing();
        ulong empty = machine.Machine.ComputeDigest();
        machine.PublishNothing();
        Expect.That(machine.Machine.ComputeDigest() == empty, "Publishing an index without a command changed the digest.");
        machine.Run(10);
        List<byte[]> before = machine.Snapshot();
        machine.PublishNothing();
        MustBeSame(before, machine.Snapshot(), "before and after an entry that is not for the state machine");
        machine.Run(10);
    }

    private static void StatesDifferWhenCommandsDo(StateMachineFixture fixture)
    {
        // Commands and pieces are spoilt after each call, so whoever keeps them has another state than who does not.
        using MachineUnderTest one = New(fixture, seed: 1).Run(Many);
        using MachineUnderTest other = New(fixture, seed: 2).Run(Many);
        Expect.That(!AreSame(one.Snapshot(), other.Snapshot()), "Other commands gave the same snapshot: is the state in it, or are commands kept by reference?");
        if (one.Machine.ComputeDigest() != 0)
            Expect.That(one.Machine.ComputeDigest() != other.Machine.ComputeDigest(), "Other commands gave another snapshot, but the same digest.");
    }

    private static void RefusesMalformed(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture).Run(50);
        using MachineUnderTest other = New(fixture).Run(50);
        List<byte[]> before = machine.Snapshot();
        ulong digest = machine.Machine.ComputeDigest();
        foreach (byte[] command in fixture.MalformedCommands)
        {
            byte[] reply = machine.Apply(command);
            Expect.That(reply.AsSpan().SequenceEqual(other.Apply(command)), $"Two replicas answered the malformed command {Hex(command)} in different ways.");
            machine.Publish();
            Expect.That(machine.Machine.ComputeDigest() == digest, $"The malformed command {Hex(command)} changed the digest.");
            MustBeSame(before, machine.Snapshot(), $"before and after the malformed command {Hex(command)}");
        }
    }

    private static void AnswersAnything(StateMachineFixture fixture)
    {
        using MachineUnderTest one = New(fixture).Run(50);
        using MachineUnderTest other = New(fixture).Run(50);
        var random = new DeterministicRandom(5);
        one.Apply([]);
        other.Apply([]);
        for (int i = 0; i < Many; i++)
        {
            byte[] command = fixture.MakeCommand(ref random);
            if (command.Length > 0 && random.Chance(0.5)) command = command[..(int)random.Next(command.Length)];
            for (int bits = (int)random.Next(4); bits > 0 && command.Length > 0; bits--)
                command[random.Next(command.Length)] ^= (byte)(1 << (int)random.Next(8));
            try
            {
                one.Apply(command);
                other.Apply(command);
            }
            catch (Exception error) when (error is not ConformanceException)
            {
                throw new ConformanceException($"The command {Hex(command)} ended in {error.GetType().Name}: as an entry, it would stop every replica.", error);
            }
        }
        one.Publish();
        other.Publish();
        MustBeAlike(one, other, "after mutilated commands");
    }

    private static void ReadersSeeWhatIsPublished(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture).Run(50);
        string? before = machine.Seen;
        if (before is null) return;
        machine.ApplyOnly(50);
        Expect.That(machine.Seen == before, "Readers see commands that were applied, but not published.");
        machine.Publish();
        using MachineUnderTest other = New(fixture).Run(50).Run(50);
        Expect.That(machine.Seen == other.Seen, "After the same commands readers of two machines see different things.");
    }

    private static void SnapshotsAreEqual(StateMachineFixture fixture)
    {
        using MachineUnderTest one = New(fixture).Run(Many, runLength: 3);
        using MachineUnderTest other = New(fixture).Run(Many, runLength: 50);
        List<byte[]> snapshot = one.Snapshot();
        Expect.That(snapshot.Count > 0, "A state with something in it gave no pieces.");
        Expect.That(snapshot.All(piece => piece.Length > 0), "WriteNext returned true and wrote nothing.");
        MustBeSame(snapshot, other.Snapshot(), "of two machines with the same state");
        MustBeSame(snapshot, one.Snapshot(), "taken twice of one machine");
    }

    private static void CapturesThePublished(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture).Run(Many);
        List<byte[]> published = machine.Snapshot();
        machine.ApplyOnly(100);
        MustBeSame(published, machine.Snapshot(), "before and after commands that were applied, but not published");
    }

    private static void CaptureHoldsStill(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture).Run(Many);
        List<byte[]> expected = machine.Snapshot();
        IStateCapture capture = machine.Capture();
        var output = new ArrayBufferWriter<byte>();
        var pieces = new List<byte[]>();
        machine.Run(100);
        while (MachineUnderTest.WriteNext(capture, output, pieces)) machine.Run(30);
        MustBeSame(expected, pieces, "as captured, and as written out while commands went on");
    }

    private static void CapturesAreIndependent(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture);
        var captures = new List<(IStateCapture Capture, List<byte[]> Expected)>();
        for (int i = 0; i < 4; i++)
        {
            machine.Run(60);
            captures.Add((machine.Capture(), machine.Snapshot()));
        }
        machine.Run(60);
        // The newest first: an older one does not rest on it.
        for (int i = captures.Count - 1; i >= 0; i--)
            MustBeSame(captures[i].Expected, MachineUnderTest.WriteAll(captures[i].Capture), $"of capture {i + 1}, taken at once and later");
    }

    private static void CaptureOnAnotherThread(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture).Run(Many);
        List<byte[]> expected = machine.Snapshot();
        IStateCapture capture = machine.Capture();
        List<byte[]> found = [];
        Beside(() => found = MachineUnderTest.WriteAll(capture), () => machine.Run(10));
        MustBeSame(expected, found, "as captured, and as written out by another thread");
    }

    private static void CaptureMayBeAbandoned(StateMachineFixture fixture)
    {
        using MachineUnderTest machine = New(fixture).Run(Many);
        using (IStateCapture capture = machine.Machine.Capture()) capture.WriteNext(new ArrayBufferWriter<byte>());
        machine.Machine.Capture().Dispose();
        machine.Run(Many);
        using MachineUnderTest other = New(fixture).Run(Many).Run(Many);
        MustBeAlike(machine, other, "one of which had given up captures");
    }

    private static void RestoresTheState(StateMachineFixture fixture)
    {
        using MachineUnderTest one = New(fixture).Run(Many);
        using MachineUnderTest other = New(fixture);
        other.RestoreFrom(one, one.Snapshot());
        one.Replies.Clear();
        MustBeAlike(one, other, "one of which was restored from the other's snapshot");
        one.Run(Many);
        other.Run(Many);
        MustBeAlike(one, other, "one of which was restored, after more commands");
    }

    private static void RestoresTheEmptyState(StateMachineFixture fixture)
    {
        using MachineUnderTest one = New(fixture);
        one.PublishNothing();
        using MachineUnderTest other = New(fixture, seed: 3).Run(20);
        List<byte[]> pieces = one.Snapshot();
        while (one.Index < other.Index + 1) one.PublishNothing();
        other.Replies.Clear();
        other.RestoreFrom(one, pieces);
        MustBeAlike(one, other, "one of which was restored from the other's empty snapshot");
        one.Run(20);
        other.Run(20);
        MustBeAlike(one, other, "one of which was restored empty, after commands");
    }

    private static void RestoreReplaces(StateMachineFixture fixture)
    {
        using MachineUnderTest one = New(fixture, seed: 1).Run(Many);
        using MachineUnderTest other = New(fixture, seed: 2).Run(Many / 2);
        other.Replies.Clear();
        other.RestoreFrom(one, one.Snapshot());
        one.Replies.Clear();
        one.Run(50);
        other.Run(50);
        MustBeAlike(one, other, "one of which had another state before it was restored");
    }

    private static void RestoreOnAnotherThread(StateMachineFixture fixture)
    {
        using MachineUnderTest source = New(fixture, seed: 1).Run(Many);
        List<byte[]> pieces = source.Snapshot();
        using MachineUnderTest machine = New(fixture, seed: 2).Run(100);
        using MachineUnderTest undisturbed = New(fixture, seed: 2).Run(100);
        IStateRestore? built = null;
        Beside(() => built = machine.Build(pieces), () => machine.Run(10));
        while (undisturbed.Index < machine.Index) undisturbed.Run(10);
        MustBeAlike(machine, undisturbed, "one of which had a state built aside");

        while (source.Index < machine.Index + 1) source.PublishNothing();
        machine.Machine.Restore(built!, source.Index);
        MustBeSame(pieces, machine.Snapshot(), "as restored from, and as captured then");
    }

    private static void CaptureOutlivesRestore(StateMachineFixture fixture)
    {
        using MachineUnderTest source = New(fixture, seed: 1).Run(Many);
        using MachineUnderTest machine = New(fixture, seed: 2).Run(Many / 2);
        List<byte[]> expected = machine.Snapshot();
        IStateCapture capture = machine.Capture();
        machine.RestoreFrom(source, source.Snapshot());
        machine.Run(50);
        MustBeSame(expected, MachineUnderTest.WriteAll(capture), "as captured, and as written out after a restore");
    }

    private static void RestoreMayBeAbandoned(StateMachineFixture fixture)
    {
        using MachineUnderTest source = New(fixture, seed: 1).Run(Many);
        List<byte[]> pieces = source.Snapshot();
        using MachineUnderTest machine = New(fixture, seed: 2).Run(100);
        using MachineUnderTest undisturbed = New(fixture, seed: 2).Run(100);
        machine.Build(pieces).Dispose();
        machine.Build(pieces[..(pieces.Count / 2)]).Dispose();
        machine.Machine.BeginRestore().Dispose();
        machine.Run(100);
        undisturbed.Run(100);
        MustBeAlike(machine, undisturbed, "one of which had given up restores");
    }

    private static MachineUnderTest New(StateMachineFixture fixture, ulong seed = 1) => new(fixture, seed);

    /// <summary>Does one thing on a thread of its own while doing another here, again and again until that one is done.</summary>
    private static void Beside(Action aside, Action meanwhile)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                aside();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        do meanwhile();
        while (thread.IsAlive);
        thread.Join();
        failure?.Throw();
    }

    private static void MustBeAlike(MachineUnderTest one, MachineUnderTest other, string which)
    {
        int replies = Math.Min(one.Replies.Count, other.Replies.Count);
        for (int i = 1; i <= replies; i++)
        {
            byte[] left = one.Replies[^i], right = other.Replies[^i];
            Expect.That(left.AsSpan().SequenceEqual(right), $"Two machines {which}: entry {one.Index + 1 - i} was answered {Hex(left)} and {Hex(right)}.");
        }
        ulong digest = one.Machine.ComputeDigest(), otherDigest = other.Machine.ComputeDigest();
        Expect.That(digest == otherDigest, $"Two machines {which}: the digests are {digest:x16} and {otherDigest:x16}.");
        MustBeSame(one.Snapshot(), other.Snapshot(), $"of two machines {which}");
        Expect.That(one.Seen == other.Seen, $"Two machines {which}: readers see different things.");
    }

    private static void MustBeSame(List<byte[]> expected, List<byte[]> found, string which)
    {
        Expect.That(expected.Count == found.Count, $"Snapshots {which}: {expected.Count} pieces and {found.Count}.");
        for (int i = 0; i < expected.Count; i++)
        {
            int at = expected[i].AsSpan().CommonPrefixLength(found[i]);
            Expect.That(
                expected[i].AsSpan().SequenceEqual(found[i]),
                $"Snapshots {which}: piece {i + 1} of {expected.Count} differs at byte {at} ({expected[i].Length} bytes and {found[i].Length}).");
        }
    }

    private static bool AreSame(List<byte[]> one, List<byte[]> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    private static string Hex(ReadOnlySpan<byte> bytes) => bytes.Length <= 40 ? $"[{Convert.ToHexString(bytes)}]" : $"[{Convert.ToHexString(bytes[..40])}...]";
}
