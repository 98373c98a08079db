namespace DEngine.Core;

/// <summary>
/// A client's session: opens it in the log, numbers the operations, repeats attempts whose answer was lost, and so carries each operation through
/// exactly once (thesis §6.3). Pure, like the node: time is handed in, messages go through a port. Used by the node itself, by the native client and by
/// the simulated clients. One thread at a time.
/// </summary>
public sealed class SessionClient
{
    private const int BackoffDoublingsMax = 3;

    private readonly SessionClientOptions _options;
    private readonly ISessionPort _port;
    private readonly Dictionary<ulong, Operation> _bySequence = [];
    private readonly Dictionary<ulong, Operation> _byAttempt = [];
    private readonly Queue<Operation> _queued = new();
    private readonly List<Operation> _sweep = [];
    private Registration _registration;
    private ulong _sessionId;
    private ulong _oldestSequence = 1;
    private ulong _nextSequence = 1;
    private ulong _nextAttempt;
    private TimeSpan _now;
    private TimeSpan _nextCheck = TimeSpan.MaxValue;
    private bool _advancing;

    /// <param name="options">Limits and times.</param>
    /// <param name="port">The way to the cluster and back to the user.</param>
    /// <param name="firstAttempt">Start of the attempt ids: unpredictable, so that answers to an earlier life find nothing.</param>
    public SessionClient(SessionClientOptions options, ISessionPort port, ulong firstAttempt)
    {
        _options = options;
        _port = port;
        _nextAttempt = firstAttempt;
    }

    /// <summary>Operations under way or waiting their turn.</summary>
    public int Count => _bySequence.Count + _queued.Count;

    /// <summary>When <see cref="Tick"/> next has something to do; null when nothing is under way.</summary>
    public TimeSpan? NextDeadline => Count == 0 ? null : _nextCheck;

    /// <summary>Starts an operation. Completed exactly once, by its deadline at the latest.</summary>
    /// <param name="id">The user's; given back.</param>
    /// <param name="command">Kept; must not change any more.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="now">The instant of the call.</param>
    public void Submit(ulong id, ReadOnlyMemory<byte> command, TimeSpan deadline, TimeSpan now)
    {
        _now = now;
        if (Count >= _options.OperationsMax)
        {
            _port.Complete(id, OperationOutcome.Overloaded, default);
            return;
        }

        _queued.Enqueue(new Operation(id, command, deadline));
        Wake(deadline);
        Advance();
    }

    /// <summary>An attempt was answered. Answers to attempts that are no longer waited for are ignored.</summary>
    public void OnResult(ulong attempt, CommandStatus status, ReadOnlySpan<byte> reply, TimeSpan now)
    {
        _now = now;
        if (_registration.IsNeeded && _registration.Attempt == attempt)
        {
            OnRegistered(status, reply);
            return;
        }

        if (_byAttempt.Remove(attempt, out Operation? operation)) OnOperationResult(operation, status, reply);
    }

    /// <summary>A leader is known (again): what waits for its next attempt need not wait any longer.</summary>
    public void OnLeaderKnown(TimeSpan now)
    {
        _now = now;
        if (Count == 0) return;
        if (_registration is { IsNeeded: true, Attempt: 0 }) _registration.NextStep = now;
        for (ulong sequence = _oldestSequence; sequence < _nextSequence; sequence++)
        {
            if (_bySequence.TryGetValue(sequence, out Operation? operation) && operation.Attempt == 0) operation.NextStep = now;
        }

        Wake(now);
    }

    /// <summary>Lets time pass: repeats attempts, gives up operations whose deadline has come.</summary>
    public void Tick(TimeSpan now)
    {
        _now = now;
        if (now < _nextCheck) return;
        if (_registration.IsNeeded && now >= _registration.NextStep) RegisterOrDrop();
        foreach (Operation operation in SnapshotInOrder())
        {
            // An attempt may be answered on the spot, so each one is looked up again.
            if (!_bySequence.TryGetValue(operation.Sequence, out Operation? current) || current != operation) continue;
            if (now >= operation.Deadline) GiveUp(operation);
            else if (now >= operation.NextStep) Repeat(operation);
        }

        ExpireQueued();
        Advance();
        _nextCheck = EarliestStep();
    }

    /// <summary>Gives everything back to its user now.</summary>
    public void Stop(TimeSpan now)
    {
        _now = now;
        while (_queued.TryDequeue(out Operation? operation)) _port.Complete(operation.Id, OperationOutcome.NoLeader, default);
        foreach (Operation operation in SnapshotInOrder()) GiveUp(operation);
    }

    private List<Operation> SnapshotInOrder()
    {
        _sweep.Clear();
        CopyInOrder(_sweep);
        return _sweep;
    }

    private void CopyInOrder(List<Operation> target)
    {
        for (ulong sequence = _oldestSequence; sequence < _nextSequence; sequence++)
        {
            if (_bySequence.TryGetValue(sequence, out Operation? operation)) target.Add(operation);
        }
    }

    private TimeSpan EarliestStep()
    {
        TimeSpan next = _registration.IsNeeded ? _registration.NextStep : TimeSpan.MaxValue;
        foreach (Operation operation in SnapshotInOrder()) next = Min(next, Min(operation.Deadline, operation.NextStep));
        foreach (Operation operation in _queued) next = Min(next, operation.Deadline);
        return next;
    }

    /// <summary>Something is due at <paramref name="instant"/>: <see cref="Tick"/> must not sleep past it.</summary>
    private void Wake(TimeSpan instant) => _nextCheck = Min(_nextCheck, instant);

    private void Advance()
    {
        // Attempts may be answered on the spot, which comes back here: the outermost call does all the work, so the stack stays flat.
        if (_advancing || _queued.Count == 0) return;
        _advancing = true;
        while (_queued.Count > 0)
        {
            // The session may be opened, and refused again, on the spot: looked at afresh each time.
            if (_sessionId == 0)
            {
                if (_registration.IsNeeded) break;
                _registration = new Registration { IsNeeded = true };
                Register();
                continue;
            }

            if (!WindowHasRoom()) break;
            Operation operation = _queued.Dequeue();
            operation.Sequence = _nextSequence++;
            _bySequence.Add(operation.Sequence, operation);
            Attempt(operation);
        }

        _advancing = false;
    }

    /// <summary>The window spans from the oldest sequence under way: the cluster remembers replies for that many.</summary>
    private bool WindowHasRoom() => _nextSequence - AcknowledgedBelow() < (ulong)_options.WindowMax;

    private ulong AcknowledgedBelow()
    {
        while (_oldestSequence < _nextSequence && !_bySequence.ContainsKey(_oldestSequence)) _oldestSequence++;
        return _oldestSequence;
    }

    private void Register()
    {
        ulong attempt = NewAttempt();
        _registration.Attempt = attempt;
        _registration.Attempts++;
        _registration.NextStep = _now + Longer(_options.AttemptTimeout, _registration.Attempts);
        Wake(_registration.NextStep);
        _port.Send(attempt, EntryKind.RegisterSession, ReadOnlyMemory<byte>.Empty, _now);
    }

    /// <summary>
    /// Tries again while somebody still wants the session. Without that test a cluster with a long backlog is kept busy by sessions that nobody
    /// waits for (seed 778).
    /// </summary>
    private void RegisterOrDrop()
    {
        if (_queued.Count > 0) Register();
        else _registration = default;
    }

    private void OnRegistered(CommandStatus status, ReadOnlySpan<byte> reply)
    {
        if (status == CommandStatus.Applied && Applier.TryReadSessionId(reply, out ulong sessionId))
        {
            _registration = default;
            _sessionId = sessionId;
            _nextSequence = 1;
            _oldestSequence = 1;
            Advance();
            return;
        }

        // A session that was opened and whose answer was lost is simply not used; it is evicted in time.
        _registration.Attempt = 0;
        if (status == CommandStatus.Unknown) _registration.Unknowns++;
        _registration.NextStep = _now + Backoff(_registration.Attempts, _registration.Unknowns);
        Wake(_registration.NextStep);
    }

    private void Attempt(Operation operation)
    {
        ulong attempt = NewAttempt();
        _byAttempt.Remove(operation.Attempt);
        _byAttempt.Add(attempt, operation);
        operation.Attempt = attempt;
        operation.Attempts++;
        operation.NextStep = _now + Longer(_options.AttemptTimeout, operation.Attempts);
        Wake(operation.NextStep);
        var envelope = new SessionEnvelope(_sessionId, operation.Sequence, AcknowledgedBelow(), operation.Command.Span);
        byte[] payload = GC.AllocateUninitializedArray<byte>(envelope.Size);
        envelope.Write(payload);
        _port.Send(attempt, EntryKind.Command, payload, _now);
    }

    private void Repeat(Operation operation)
    {
        // An attempt without an answer may have been applied; so may any attempt whose answer says so.
        if (operation.Attempt != 0) operation.MayBeApplied = true;
        Attempt(operation);
    }

    private void OnOperationResult(Operation operation, CommandStatus status, ReadOnlySpan<byte> reply)
    {
        operation.Attempt = 0;
        switch (status)
        {
            case CommandStatus.Applied:
                Finish(operation, OperationOutcome.Applied, reply);
                break;
            case CommandStatus.Malformed:
                Finish(operation, OperationOutcome.Malformed, default);
                break;
            case CommandStatus.Unknown:
                operation.MayBeApplied = true;
                operation.Unknowns++;
                RetryLater(operation);
                break;
            case CommandStatus.NoLeader:
            case CommandStatus.SessionWindowExceeded:
                RetryLater(operation);
                break;
            case CommandStatus.Overloaded:
                FinishUnlessApplied(operation, OperationOutcome.Overloaded);
                break;
            case CommandStatus.StorageFull:
                FinishUnlessApplied(operation, OperationOutcome.StorageFull);
                break;
            case CommandStatus.SessionExpired:
                OnSessionExpired(operation);
                break;
            case CommandStatus.SequenceInvalid:
                Finish(operation, OperationOutcome.Unknown, default);
                break;
            default:
                Invariant.Broken($"unknown command status {status}");
                break;
        }
    }

    private void FinishUnlessApplied(Operation operation, OperationOutcome outcome)
    {
        if (operation.MayBeApplied) RetryLater(operation);
        else Finish(operation, outcome, default);
    }

    private void RetryLater(Operation operation)
    {
        operation.NextStep = _now + Backoff(operation.Attempts, operation.Unknowns);
        Wake(operation.NextStep);
    }

    /// <summary>
    /// The cluster has forgotten the session, so it can no longer tell repeats apart: what was attempted in it is unknown (another copy of the attempt
    /// may have been applied before the session went). What waits starts in a new session.
    /// </summary>
    private void OnSessionExpired(Operation refused)
    {
        Invariant.Holds(_bySequence.ContainsKey(refused.Sequence), "only operations of the session are refused by it");
        _sessionId = 0;

        // A list of its own: the refusal may come on the spot, while Tick goes through the shared one.
        List<Operation> attempted = [];
        CopyInOrder(attempted);
        _bySequence.Clear();
        _byAttempt.Clear();
        foreach (Operation operation in attempted) _port.Complete(operation.Id, OperationOutcome.Unknown, default);
        Advance();
    }

    private void GiveUp(Operation operation)
    {
        bool unknown = operation.MayBeApplied || operation.Attempt != 0;
        Finish(operation, unknown ? OperationOutcome.Unknown : OperationOutcome.NoLeader, default);
    }

    private void Finish(Operation operation, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        _bySequence.Remove(operation.Sequence);
        _byAttempt.Remove(operation.Attempt);
        _port.Complete(operation.Id, outcome, reply);
        Advance();
    }

    private void ExpireQueued()
    {
        for (int i = _queued.Count; i > 0; i--)
        {
            Operation operation = _queued.Dequeue();
            if (_now >= operation.Deadline) _port.Complete(operation.Id, OperationOutcome.NoLeader, default);
            else _queued.Enqueue(operation);
        }
    }

    /// <summary>
    /// Doubles from attempt to attempt: repeats must not be what keeps a slow cluster from catching up. An attempt whose fate is unknown may wait in the
    /// leader's queue, where each repeat joins it: these go on doubling, as far as those that are not answered at all (seed 155).
    /// </summary>
    private TimeSpan Backoff(int attempts, int unknowns)
    {
        TimeSpan longer = _options.RetryInterval * (1L << Math.Clamp(unknowns - 1, 0, 30));
        return Max(Longer(_options.RetryInterval, attempts), Min(longer, Longer(_options.AttemptTimeout, unknowns)));
    }

    /// <summary>
    /// Twice as long with each attempt. An attempt that is not answered in time is as a rule still in the leader's queue: who sends another one at a
    /// steady pace can fill a slow log faster than it is committed, for ever (seed 162).
    /// </summary>
    private static TimeSpan Longer(TimeSpan first, int attempts) => first * (1 << Math.Clamp(attempts - 1, 0, BackoffDoublingsMax));

    private ulong NewAttempt()
    {
        // 0 means "no attempt under way".
        if (++_nextAttempt == 0) _nextAttempt = 1;
        return _nextAttempt;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private struct Registration
    {
        public bool IsNeeded;
        public ulong Attempt;
        public int Attempts;
        public int Unknowns;
        public TimeSpan NextStep;
    }

    private sealed class Operation(ulong id, ReadOnlyMemory<byte> command, TimeSpan deadline)
    {
        public ulong Id { get; } = id;

        public ReadOnlyMemory<byte> Command { get; } = command;

        public TimeSpan Deadline { get; } = deadline;

        /// <summary>Its number in the session; 0 before it has one.</summary>
        public ulong Sequence { get; set; }

        /// <summary>The attempt that is waited for; 0 between attempts.</summary>
        public ulong Attempt { get; set; }

        /// <summary>How many attempts there were.</summary>
        public int Attempts { get; set; }

        /// <summary>How many of them were answered Unknown.</summary>
        public int Unknowns { get; set; }

        /// <summary>When the attempt counts as lost, or the next one is due.</summary>
        public TimeSpan NextStep { get; set; }

        /// <summary>Whether an earlier attempt may have been applied, or may yet be.</summary>
        public bool MayBeApplied { get; set; }
    }
}
