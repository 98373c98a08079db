using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>
/// Applies committed entries, in order, each once: to the session table, which decides, and to the state machine. Loop thread only.
/// A run is any number of <see cref="Apply"/> calls and one <see cref="Publish"/>; clients are answered after it, so that who has a reply can read its effect.
/// </summary>
public sealed class Applier
{
    private const int SessionIdSize = sizeof(ulong);

    private readonly IStateMachine _stateMachine;
    private readonly SessionOptions _sessionOptions;
    private SessionTable _sessions;
    private readonly ArrayBufferWriter<byte> _reply = new(256);
    private readonly AppliedDigests _digests = new();

    /// <summary>An applier at the beginning of the log, over an empty state machine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Applier(IStateMachine stateMachine, SessionOptions sessionOptions)
    {
        ArgumentNullException.ThrowIfNull(stateMachine);
        ArgumentNullException.ThrowIfNull(sessionOptions);
        _stateMachine = stateMachine;
        _sessionOptions = sessionOptions;
        _sessions = new SessionTable(sessionOptions);
    }

    /// <summary>Position of the newest entry applied, published or not; the origin before the first.</summary>
    public LogPosition Applied { get; private set; }

    /// <summary>Index of the newest entry applied, published or not; 0 before the first.</summary>
    public long AppliedIndex => Applied.Index;

    /// <summary>
    /// Running digest of everything applied so far (S2): a chain over each entry's position, kind and payload, what became of it, the reply, and the state
    /// machine's own digest after it. Replicas that have applied as far have the same; once two differ, they differ for ever.
    /// </summary>
    public ulong Digest => _digests.Newest;

    /// <summary>The digest as it was at an index; false when that is too long ago, or was before the snapshot that this node began with.</summary>
    public bool TryGetDigest(long index, out ulong digest) => _digests.TryGet(index, out digest);

    /// <summary>How many sessions are open; at most <see cref="SessionOptions.SessionsMax"/>.</summary>
    public int SessionCount => _sessions.Count;

    /// <summary>Applies the next committed entry.</summary>
    /// <param name="entry">Its index follows <see cref="AppliedIndex"/>; anything else breaks an invariant.</param>
    /// <param name="reply">
    /// For the client: the state machine's reply (<see cref="ApplyStatus.Applied"/> and <see cref="ApplyStatus.Duplicate"/>), the 8 bytes of a new session's
    /// identity (<see cref="TryReadSessionId"/>), else empty. The applier's own; valid until its next call.
    /// </param>
    public ApplyStatus Apply(in Entry entry, out ReadOnlySpan<byte> reply)
    {
        Invariant.Holds(entry.Index == AppliedIndex + 1, "entries are applied in order, without gaps, each once (X3)", entry.Index, AppliedIndex);
        Applied = entry.Position;
        _reply.ResetWrittenCount();
        ApplyStatus status = Execute(entry, out reply);
        _digests.Add(Chain(entry, status, reply));
        return status;
    }

    private ApplyStatus Execute(in Entry entry, out ReadOnlySpan<byte> reply)
    {
        reply = default;
        switch (entry.Kind)
        {
            case EntryKind.Noop:
                return ApplyStatus.Applied;
            case EntryKind.Configuration:
                if (ConfigurationFormat.TryRead(entry.Payload.Span) is { } configuration) _sessions.OnBranch(configuration.History.Branch);
                return ApplyStatus.Applied;
            case EntryKind.Command:
                return ApplyCommand(entry.Index, entry.Payload.Span, out reply);
            case EntryKind.RegisterSession:
                BinaryPrimitives.WriteUInt64LittleEndian(_reply.GetSpan(SessionIdSize), _sessions.Register(entry.Position));
                _reply.Advance(SessionIdSize);
                reply = _reply.WrittenSpan;
                return ApplyStatus.Applied;
            default:
                Invariant.Broken($"entry {entry.Position} is of no known kind ({entry.Kind})");
                return default;
        }
    }

    /// <summary>Ends a run: readers may see everything applied so far.</summary>
    public void Publish() => _stateMachine.Publish(AppliedIndex);

    /// <summary>
    /// Holds everything applied still, for a snapshot (K1). Call it right after <see cref="Publish"/>. Costs a few bytes for each session, and nothing for what
    /// they remember.
    /// </summary>
    /// <param name="configuration">In effect where this is; null: the snapshot does not say.</param>
    public SnapshotCapture Capture(Configuration? configuration = null) =>
        new(Applied, configuration, _sessions.Capture(), _stateMachine.Capture(), new SnapshotDigest(_digests.Newest, _stateMachine.StateDigest));

    /// <summary>Begins to build what a snapshot holds, aside from what is in use. Any thread.</summary>
    public SnapshotRestore BeginRestore() => new(new SessionTable(_sessionOptions), _stateMachine.BeginRestore());

    /// <summary>Puts what was built from a snapshot in the place of everything applied so far, and publishes it.</summary>
    /// <param name="restore">Whole; the applier's from here on.</param>
    /// <param name="last">Position of the last entry whose effect is in it; beyond what has been applied (K3).</param>
    /// <exception cref="InvalidDataException">The snapshot has no digest: it is not whole, or an earlier version wrote it.</exception>
    public void Restore(SnapshotRestore restore, LogPosition last)
    {
        ArgumentNullException.ThrowIfNull(restore);
        Invariant.Holds(last.Index > AppliedIndex, "a snapshot never takes the state back (K3)", last, Applied);
        SnapshotDigest digest = restore.Digest;
        _sessions = restore.Sessions;
        _stateMachine.Restore(restore.State, last.Index);
        Applied = last;
        _digests.Restart(last.Index, digest.Applied);
    }

    /// <summary>
    /// Digest of everything replicated: applied index, sessions, state machine. Equal on replicas that have applied the same entries (S1). Walks everything.
    /// </summary>
    public ulong ComputeDigest()
    {
        var hash = default(StateHash);
        hash.Add((ulong)AppliedIndex);
        hash.Add(_sessions.ComputeDigest());
        hash.Add(_stateMachine.ComputeDigest());
        return hash.Value();
    }

    /// <summary>Reads the reply to an <see cref="EntryKind.RegisterSession"/> entry. Total.</summary>
    public static bool TryReadSessionId(ReadOnlySpan<byte> reply, out ulong sessionId)
    {
        sessionId = 0;
        return reply.Length == SessionIdSize && BinaryPrimitives.TryReadUInt64LittleEndian(reply, out sessionId) && sessionId != 0;
    }

    /// <summary>Checks the structure of the session table. For tests and the simulator: walks everything.</summary>
    internal void Validate() => _sessions.Validate();

    private ulong Chain(in Entry entry, ApplyStatus status, ReadOnlySpan<byte> reply)
    {
        var hash = default(StateHash);
        hash.Add(_digests.Newest);
        hash.Add((ulong)entry.Position.Term);
        hash.Add((ulong)entry.Index);
        hash.Add(((ulong)entry.Kind << 8) | (ulong)status);
        hash.Add(entry.Payload.Span);
        hash.Add(reply);
        hash.Add(_stateMachine.StateDigest);
        return hash.Value();
    }

    private ApplyStatus ApplyCommand(long index, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> reply)
    {
        reply = default;
        if (!SessionEnvelope.TryRead(payload, out SessionEnvelope envelope)) return ApplyStatus.Malformed;
        if (envelope.SessionId == 0)
        {
            _stateMachine.Apply(index, envelope.Command, _reply);
            reply = _reply.WrittenSpan;
            return ApplyStatus.Applied;
        }

        var fingerprint = CommandFingerprint.Of(envelope.Command);
        ApplyStatus status = _sessions.Admit(index, in envelope, fingerprint, out Session? session, out ReadOnlySpan<byte> remembered);
        if (status != ApplyStatus.Applied)
        {
            reply = remembered;
            return status;
        }

        _stateMachine.Apply(index, envelope.Command, _reply);
        session!.OwnReplies().Remember(envelope.Sequence, fingerprint, _reply.WrittenSpan);
        reply = _reply.WrittenSpan;
        return ApplyStatus.Applied;
    }
}
