namespace DEngine.Core.Tests.StateMachine;

/// <summary>Sessions over branches of a history: what an accepted loss has given up, a client may still hold the number of (X5).</summary>
public sealed class SessionBranchTests
{
    private readonly HistoryId _history = new(0, 7, 1);

    /// <summary>
    /// One client's session stood at entry 3, which was given up. Another client's stands at entry 3 of what came instead. The first client repeats its
    /// command: it must not be taken for a repeat of the other's, nor refused as if the other's number had been used for two commands.
    /// </summary>
    [Fact]
    public void A_retry_in_a_session_that_was_given_up_does_not_meet_another_clients_session()
    {
        ulong givenUp = Registered(new RecordingStateMachine(), _history, term: 1, out _);
        var machine = new RecordingStateMachine();
        ulong another = Registered(machine, _history with { Branch = 2 }, term: 2, out Applier applier);
        Assert.NotEqual(givenUp, another);
        Assert.Equal(ApplyStatus.Applied, Send(applier, another, [1]));
        Assert.Equal(ApplyStatus.SessionExpired, Send(applier, givenUp, [1]));
        Assert.Equal(ApplyStatus.SessionExpired, Send(applier, givenUp, [2]));
        Assert.Single(machine.Applied);
    }

    /// <summary>Two clusters restored from one backup may reach the same entry in the same term.</summary>
    [Fact]
    public void The_branch_alone_makes_another_session_of_the_same_place()
    {
        ulong one = Registered(new RecordingStateMachine(), _history, term: 1, out _);
        ulong other = Registered(new RecordingStateMachine(), _history with { Branch = 2 }, term: 1, out _);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void A_snapshot_keeps_the_branch()
    {
        var original = new ApplierDriver(new KeyValueStore());
        original.Apply(EntryKind.Configuration, Members(_history));
        original.Applier.Publish();
        SnapshotCapture capture = original.Applier.Capture();
        var copy = new ApplierDriver(new KeyValueStore());
        SnapshotRestore restore = copy.Applier.BeginRestore();
        foreach ((SnapshotSection section, byte[] piece) in SnapshotTests.Pieces(capture)) restore.Read(section, piece);
        copy.Applier.Restore(restore, capture.Last);
        Assert.Equal(original.Register(), copy.Register());
    }

    private static ulong Registered(RecordingStateMachine machine, HistoryId history, long term, out Applier applier)
    {
        applier = new Applier(machine, new SessionOptions());
        applier.Apply(new Entry(new LogPosition(1, 1), EntryKind.Noop, default), out _);
        applier.Apply(new Entry(new LogPosition(term, 2), EntryKind.Configuration, Members(history)), out _);
        applier.Apply(new Entry(new LogPosition(term, 3), EntryKind.RegisterSession, default), out ReadOnlySpan<byte> reply);
        Assert.True(Applier.TryReadSessionId(reply, out ulong id));
        return id;
    }

    private static ApplyStatus Send(Applier applier, ulong session, byte[] command)
    {
        byte[] payload = new byte[SessionEnvelope.HeaderSize + command.Length];
        new SessionEnvelope(session, sequence: 1, acknowledgedBelow: 0, command).Write(payload);
        return applier.Apply(new Entry(new LogPosition(9, applier.AppliedIndex + 1), EntryKind.Command, payload), out _);
    }

    private static byte[] Members(HistoryId history) =>
        ConfigurationFormat.Write(new Configuration([new Core.Member(new NodeId(1), MembershipRole.Voter)], history: history));
}
