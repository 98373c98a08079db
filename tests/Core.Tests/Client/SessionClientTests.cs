namespace DEngine.Core.Tests.Client;

/// <summary>Thesis §6.3: an operation is carried through exactly once, or its fate is told as it is.</summary>
public sealed class SessionClientTests
{
    private static readonly SessionClientOptions Options = new() { WindowMax = 3, OperationsMax = 8 };
    private readonly ScriptedPort _port = new();
    private readonly SessionClient _client;

    public SessionClientTests()
    {
        _client = new SessionClient(Options, _port, firstAttempt: ulong.MaxValue - 2);
        _port.Client = _client;
    }

    [Fact]
    public void A_session_is_opened_first_and_operations_are_numbered_in_it()
    {
        Submit(1);
        Submit(2);
        Assert.Equal(EntryKind.RegisterSession, Assert.Single(_port.Sent).Kind);
        _port.AnswerLast(CommandStatus.Applied);
        Assert.Equal((100UL, 1UL, 1UL), _port.EnvelopeOf(1));
        Assert.Equal((100UL, 2UL, 1UL), _port.EnvelopeOf(2));
        _port.Answer(_port.Sent[1].Attempt, CommandStatus.Applied);
        Submit(3);
        Assert.Equal((100UL, 3UL, 2UL), _port.EnvelopeOf(3));
        Assert.DoesNotContain(_port.Sent, sent => sent.Attempt == 0);
    }

    [Theory]
    [InlineData(CommandStatus.NoLeader)]
    [InlineData(CommandStatus.Unknown)]
    [InlineData(CommandStatus.SessionWindowExceeded)]
    public void An_operation_is_repeated_under_its_number_until_it_is_applied(CommandStatus obstacle)
    {
        Open();
        Submit(1);
        for (int i = 0; i < 5; i++)
        {
            _port.AnswerLast(obstacle);
            Tick(Options.RetryInterval * (1 << (obstacle == CommandStatus.Unknown ? i : Math.Min(i, 3))));
        }

        _port.AnswerLast(CommandStatus.Applied);
        Assert.Equal([(1UL, OperationOutcome.Applied)], _port.Completed);
        Assert.All(Enumerable.Range(1, 6), sent => Assert.Equal((100UL, 1UL, 1UL), _port.EnvelopeOf(sent)));
        Assert.Equal(7, _port.Sent.Count);
    }

    [Fact]
    public void An_attempt_without_an_answer_is_repeated_and_its_late_answer_ignored()
    {
        Open();
        Submit(1);
        ulong first = _port.Sent[^1].Attempt;
        Tick(Options.AttemptTimeout);
        Assert.Equal(3, _port.Sent.Count);
        _port.Answer(first, CommandStatus.Malformed);
        Assert.Empty(_port.Completed);
        _port.AnswerLast(CommandStatus.Applied);
        _port.AnswerLast(CommandStatus.Applied);
        Assert.Equal([(1UL, OperationOutcome.Applied)], _port.Completed);
    }

    /// <summary>CONTRACT: a fate that is not known is never "failed".</summary>
    [Theory]
    [InlineData(new CommandStatus[0], OperationOutcome.Unknown)]
    [InlineData(new[] { CommandStatus.NoLeader }, OperationOutcome.NoLeader)]
    [InlineData(new[] { CommandStatus.Unknown }, OperationOutcome.Unknown)]
    [InlineData(new[] { CommandStatus.Unknown, CommandStatus.NoLeader }, OperationOutcome.Unknown)]
    [InlineData(new[] { CommandStatus.Unknown, CommandStatus.Overloaded }, OperationOutcome.Unknown)]
    [InlineData(new[] { CommandStatus.Unknown, CommandStatus.StorageFull }, OperationOutcome.Unknown)]
    public void At_its_deadline_an_operation_is_NoLeader_only_if_no_attempt_can_have_been_applied(CommandStatus[] answers, OperationOutcome outcome)
    {
        Open();
        Submit(1, TimeSpan.FromSeconds(1));
        for (int i = 0; i < answers.Length; i++)
        {
            if (i > 0) Tick(Options.RetryInterval);
            _port.AnswerLast(answers[i]);
        }

        TimeSpan end = TimeSpan.FromSeconds(1);
        while (_port.Completed.Count == 0)
        {
            Assert.True(_client.NextDeadline <= end, "sleeps past the deadline");
            Tick(_client.NextDeadline!.Value - _port.Now);
            if (_port.Completed.Count == 0 && answers.Length > 0) _port.AnswerLast(answers[^1]);
        }

        Assert.Equal([(1UL, outcome)], _port.Completed);
        Assert.Equal(end, _port.Now);
        Assert.Equal(0, _client.Count);
    }

    [Theory]
    [InlineData(CommandStatus.Overloaded, OperationOutcome.Overloaded)]
    [InlineData(CommandStatus.StorageFull, OperationOutcome.StorageFull)]
    [InlineData(CommandStatus.Malformed, OperationOutcome.Malformed)]
    [InlineData(CommandStatus.SequenceInvalid, OperationOutcome.Unknown)]
    public void A_refusal_of_the_first_attempt_ends_the_operation(CommandStatus status, OperationOutcome outcome)
    {
        Open();
        Submit(1);
        _port.AnswerLast(status);
        Assert.Equal([(1UL, outcome)], _port.Completed);
    }

    [Fact]
    public void A_session_that_expired_makes_what_was_attempted_unknown_and_what_waits_starts_in_a_new_one()
    {
        Open();
        for (ulong id = 1; id <= 5; id++) Submit(id);
        _port.AnswerLast(CommandStatus.SessionExpired);
        Assert.Equal([(1UL, OperationOutcome.Unknown), (2UL, OperationOutcome.Unknown), (3UL, OperationOutcome.Unknown)], _port.Completed);
        Assert.Equal(EntryKind.RegisterSession, _port.Sent[^1].Kind);
        _port.AnswerLast(CommandStatus.Applied);
        Assert.Equal((101UL, 1UL, 1UL), _port.EnvelopeOf(_port.Sent.Count - 2));
        Assert.Equal((101UL, 2UL, 1UL), _port.EnvelopeOf(_port.Sent.Count - 1));
    }

    [Fact]
    public void A_session_that_expires_on_the_spot_is_replaced_without_waiting_for_a_deadline()
    {
        Open();
        Submit(1);
        Submit(2);
        _port.Answer(_port.Sent[^1].Attempt, CommandStatus.NoLeader);
        _port.Answer(_port.Sent[^2].Attempt, CommandStatus.NoLeader);
        _port.OnTheSpot = kind => kind == EntryKind.Command ? CommandStatus.SessionExpired : null;
        Tick(Options.RetryInterval);
        Assert.Equal(2, _port.Completed.Count);
        Submit(3);
        Submit(4);
        _port.AnswerLast(CommandStatus.Applied);
        Assert.Equal(3, _port.Completed.Count);
        Assert.Equal(EntryKind.RegisterSession, _port.Sent[^1].Kind);
    }

    [Fact]
    public void The_window_spans_from_the_oldest_operation_under_way()
    {
        Open();
        for (ulong id = 1; id <= 5; id++) Submit(id);
        Assert.Equal(4, _port.Sent.Count);
        _port.Answer(_port.Sent[3].Attempt, CommandStatus.Applied);
        Assert.Equal(4, _port.Sent.Count);
        _port.Answer(_port.Sent[1].Attempt, CommandStatus.Applied);
        Assert.Equal(5, _port.Sent.Count);
        _port.Answer(_port.Sent[2].Attempt, CommandStatus.Applied);
        Assert.Equal(6, _port.Sent.Count);
        Assert.Equal((100UL, 5UL, 4UL), _port.EnvelopeOf(5));
    }

    [Fact]
    public void More_operations_than_allowed_are_overloaded_at_once()
    {
        for (ulong id = 1; id <= 9; id++) Submit(id);
        Assert.Equal([(9UL, OperationOutcome.Overloaded)], _port.Completed);
        Assert.Equal(8, _client.Count);
    }

    [Fact]
    public void Queued_operations_expire_as_NoLeader_at_their_deadline()
    {
        Submit(1, TimeSpan.FromSeconds(5));
        Submit(2, TimeSpan.FromSeconds(1));
        while (_port.Completed.Count < 2)
        {
            _port.AnswerLast(CommandStatus.NoLeader);
            Tick(_client.NextDeadline!.Value - _port.Now);
            if (_port.Completed.Count == 1) Assert.True(_port.Now >= TimeSpan.FromSeconds(1));
        }

        Assert.Equal([(2UL, OperationOutcome.NoLeader), (1UL, OperationOutcome.NoLeader)], _port.Completed);
        Assert.Equal(TimeSpan.FromSeconds(5), _port.Now);
    }

    /// <summary>
    /// Repeats at a steady pace, each of which joins the others in the queue of a slow leader, kept eight clients from ever getting an answer (seed 155).
    /// </summary>
    [Theory]
    [InlineData(EntryKind.Command)]
    [InlineData(EntryKind.RegisterSession)]
    public void What_may_wait_in_a_leaders_queue_is_repeated_ever_more_rarely(EntryKind kind)
    {
        if (kind == EntryKind.Command) Open();
        int before = _port.Sent.Count;
        Submit(1);
        while (_client.NextDeadline is { } next && next < TimeSpan.FromMinutes(1))
        {
            _port.AnswerLast(CommandStatus.Unknown);
            Tick(_client.NextDeadline.Value - _port.Now);
        }

        Assert.All(_port.Sent[before..], sent => Assert.Equal(kind, sent.Kind));
        Assert.InRange(_port.Sent.Count - before, 8, 13);
    }

    [Fact]
    public void A_known_leader_cuts_the_wait_short()
    {
        Open();
        Submit(1);
        _port.AnswerLast(CommandStatus.NoLeader);
        _client.OnLeaderKnown(_port.Now);
        Assert.Equal(_port.Now, _client.NextDeadline);
        Tick(TimeSpan.Zero);
        Assert.Equal(3, _port.Sent.Count);
    }

    [Fact]
    public void Ten_thousand_answers_on_the_spot_do_not_deepen_the_stack()
    {
        Open();
        _port.OnTheSpot = _ => CommandStatus.Overloaded;
        _port.AfterCompletion = id =>
        {
            if (id < 10_000) Submit(id + 1);
        };
        Submit(1);
        Assert.Equal(10_000, _port.Completed.Count);
        Assert.InRange(_port.DeepestStack, 1, 200);
    }

    [Fact]
    public void Stop_gives_everything_back_as_it_stands()
    {
        Open();
        for (ulong id = 1; id <= 4; id++) Submit(id);
        _port.Answer(_port.Sent[1].Attempt, CommandStatus.NoLeader);
        _client.Stop(_port.Now);
        Assert.Equal(4, _port.Completed.Count);
        Assert.Contains((1UL, OperationOutcome.NoLeader), _port.Completed);
        Assert.Contains((2UL, OperationOutcome.Unknown), _port.Completed);
        Assert.Contains((4UL, OperationOutcome.NoLeader), _port.Completed);
        Assert.Null(_client.NextDeadline);
    }

    /// <summary>A session in which nothing has been numbered yet: what asked for it is gone when it opens.</summary>
    private void Open()
    {
        Submit(0, _port.Now);
        Tick(TimeSpan.Zero);
        _port.AnswerLast(CommandStatus.Applied);
        _port.Completed.Clear();
    }

    private void Submit(ulong id, TimeSpan? deadline = null) => _client.Submit(id, new[] { (byte)id }, deadline ?? TimeSpan.FromMinutes(1), _port.Now);

    private void Tick(TimeSpan pass)
    {
        _port.Now += pass;
        _client.Tick(_port.Now);
    }
}
