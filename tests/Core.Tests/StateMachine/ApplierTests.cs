namespace DEngine.Core.Tests.StateMachine;

public sealed class ApplierTests
{
    private readonly RecordingStateMachine _machine = new();
    private readonly ApplierDriver _driver;

    public ApplierTests() => _driver = new ApplierDriver(_machine, sessionsMax: 3, window: 4);

    [Fact]
    public void A_retry_gets_the_remembered_reply_and_is_not_applied_again()
    {
        ulong session = _driver.Register();
        Assert.Equal(ApplyStatus.Applied, _driver.Send(session, 1, [5]));
        byte[] first = _driver.Reply;
        Assert.Equal(ApplyStatus.Applied, _driver.Send(session, 2, [6]));
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(session, 1, [5]));
        Assert.Equal(first, _driver.Reply);
        Assert.Equal([2L, 3L], _machine.Applied.Select(applied => applied.Index));
    }

    [Fact]
    public void Sequences_may_arrive_in_any_order_within_the_window()
    {
        ulong session = _driver.Register();
        foreach (ulong sequence in (ulong[])[3, 1, 4, 2]) Assert.Equal(ApplyStatus.Applied, _driver.Send(session, sequence, [(byte)sequence]));
        foreach (ulong sequence in (ulong[])[1, 2, 3, 4]) Assert.Equal(ApplyStatus.Duplicate, _driver.Send(session, sequence, [(byte)sequence]));
        Assert.Equal(4, _machine.Applied.Count);
    }

    [Fact]
    public void A_sequence_with_another_command_is_refused_X7()
    {
        ulong session = _driver.Register();
        _driver.Send(session, 1, [5]);
        Assert.Equal(ApplyStatus.SequenceReused, _driver.Send(session, 1, [6]));
        Assert.Empty(_driver.Reply);
        Assert.Equal(ApplyStatus.SequenceReused, _driver.Send(session, 1, [5, 0]));
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(session, 1, [5]));
        Assert.Single(_machine.Applied);
    }

    [Fact]
    public void An_acknowledged_sequence_is_forgotten_and_not_applied()
    {
        ulong session = _driver.Register();
        _driver.Send(session, 1, [1]);
        _driver.Send(session, 3, [3], acknowledgedBelow: 3);
        Assert.Equal(ApplyStatus.SequenceForgotten, _driver.Send(session, 1, [1]));
        Assert.Equal(ApplyStatus.SequenceForgotten, _driver.Send(session, 2, [2]));
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(session, 3, [3]));
        Assert.Equal(2, _machine.Applied.Count);
    }

    [Fact]
    public void Acknowledging_never_goes_back()
    {
        ulong session = _driver.Register();
        _driver.Send(session, 5, [5], acknowledgedBelow: 5);
        Assert.Equal(ApplyStatus.Applied, _driver.Send(session, 6, [6], acknowledgedBelow: 1));
        Assert.Equal(ApplyStatus.SequenceForgotten, _driver.Send(session, 4, [4], acknowledgedBelow: 1));
    }

    [Fact]
    public void A_client_too_far_ahead_is_held_until_it_acknowledges()
    {
        ulong session = _driver.Register();
        for (ulong sequence = 1; sequence <= 4; sequence++) Assert.Equal(ApplyStatus.Applied, _driver.Send(session, sequence, [1]));
        Assert.Equal(ApplyStatus.SessionWindowExceeded, _driver.Send(session, 5, [1]));
        Assert.Equal(ApplyStatus.SessionWindowExceeded, _driver.Send(session, ulong.MaxValue, [1]));
        Assert.Equal(ApplyStatus.Applied, _driver.Send(session, 5, [1], acknowledgedBelow: 2));
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(session, 2, [1]));
        Assert.Equal(5, _machine.Applied.Count);
    }

    [Fact]
    public void The_last_sequences_there_are_work_like_the_first()
    {
        ulong session = _driver.Register();
        Assert.Equal(ApplyStatus.Applied, _driver.Send(session, ulong.MaxValue, [1], acknowledgedBelow: ulong.MaxValue - 2));
        Assert.Equal(ApplyStatus.Applied, _driver.Send(session, ulong.MaxValue - 2, [1]));
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(session, ulong.MaxValue, [1], acknowledgedBelow: ulong.MaxValue));
        Assert.Equal(ApplyStatus.SequenceForgotten, _driver.Send(session, ulong.MaxValue - 1, [1]));
        Assert.NotEqual(0UL, _driver.Applier.ComputeDigest());
    }

    [Fact]
    public void Unknown_and_evicted_sessions_are_expired_and_nothing_is_applied()
    {
        Assert.Equal(ApplyStatus.SessionExpired, _driver.Send(77, 1, [1]));
        ulong first = _driver.Register(), second = _driver.Register(), third = _driver.Register();
        _driver.Send(first, 1, [1]);
        ulong fourth = _driver.Register();
        Assert.Equal(3, _driver.Applier.SessionCount);
        Assert.Equal(ApplyStatus.SessionExpired, _driver.Send(second, 1, [1]));
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(first, 1, [1]));
        Assert.Equal(ApplyStatus.Applied, _driver.Send(third, 1, [1]));
        Assert.Equal(ApplyStatus.Applied, _driver.Send(fourth, 1, [1]));
        Assert.Equal(3, _machine.Applied.Count);
        _driver.Applier.Validate();
    }

    [Fact]
    public void A_retry_keeps_a_session_alive()
    {
        ulong first = _driver.Register();
        _driver.Send(first, 1, [1]);
        ulong second = _driver.Register();
        _driver.Register();
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(first, 1, [1]));
        _driver.Register();
        Assert.Equal(ApplyStatus.SessionExpired, _driver.Send(second, 1, [1]));
        Assert.Equal(ApplyStatus.Duplicate, _driver.Send(first, 1, [1]));
    }

    [Fact]
    public void A_command_without_session_is_applied_every_time()
    {
        Assert.Equal(ApplyStatus.Applied, _driver.Send(0, 0, [1]));
        Assert.Equal(ApplyStatus.Applied, _driver.Send(0, 0, [1]));
        Assert.Equal(2, _machine.Applied.Count);
    }

    [Fact]
    public void A_payload_that_is_no_envelope_is_malformed_and_the_log_goes_on()
    {
        ulong session = _driver.Register();
        Assert.Equal(ApplyStatus.Malformed, _driver.Apply(EntryKind.Command, []));
        Assert.Equal(ApplyStatus.Malformed, _driver.Apply(EntryKind.Command, new byte[23]));
        Assert.Equal(ApplyStatus.Malformed, _driver.Send(session, 0, [1]));
        Assert.Equal(ApplyStatus.Malformed, _driver.Send(0, 1, [1]));
        Assert.Equal(ApplyStatus.Malformed, _driver.Send(session, 1, [1], acknowledgedBelow: 2));
        Assert.Equal(ApplyStatus.Applied, _driver.Apply(EntryKind.Noop, []));
        Assert.Equal(ApplyStatus.Applied, _driver.Send(session, 1, [1]));
        Assert.Single(_machine.Applied);
        Assert.Equal(8, _driver.Applier.AppliedIndex);
    }

    [Fact]
    public void Publishing_covers_entries_that_change_nothing()
    {
        _driver.Apply(EntryKind.Noop, []);
        _driver.Apply(EntryKind.Noop, []);
        Assert.Equal(0, _machine.PublishedIndex);
        _driver.Applier.Publish();
        Assert.Equal(2, _machine.PublishedIndex);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Entries_out_of_order_break_an_invariant(long index)
    {
        _driver.Apply(EntryKind.Noop, []);
        Assert.Throws<InvariantViolationException>(
            () => _driver.Applier.Apply(new Entry(new LogPosition(1, index), EntryKind.Noop, default), out _));
    }

    [Fact]
    public void An_entry_of_no_known_kind_breaks_an_invariant() =>
        Assert.Throws<InvariantViolationException>(() => _driver.Apply((EntryKind)200, []));

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApplierDriver(_machine, sessionsMax: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApplierDriver(_machine, window: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApplierDriver(_machine, window: (1 << 20) + 1));
    }

    [Fact]
    public void The_command_fingerprint_is_the_published_CRC32C() =>
        Assert.Equal(0xE3069283u, CommandFingerprint.Of("123456789"u8).Crc32C);

    [Fact]
    public void The_digest_tells_sessions_apart_that_would_answer_a_retry_differently()
    {
        ApplierDriver left = new(new KeyValueStore()), right = new(new KeyValueStore());
        ulong session = left.Register();
        Assert.Equal(session, right.Register());
        Assert.Equal(left.Applier.ComputeDigest(), right.Applier.ComputeDigest());
        left.Send(session, 1, [1]);
        right.Send(session, 2, [1]);
        Assert.NotEqual(left.Applier.ComputeDigest(), right.Applier.ComputeDigest());
    }
}
