using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Looks at every node after every event and throws a <see cref="ViolationException"/> at the first broken invariant. Knows what no node can know:
/// all of them at once, and the past.
/// </summary>
internal sealed class SafetyChecker(int nodeCount, CommittedStates states, CommandBooks commands, Configuration? formed = null)
{
    private readonly Dictionary<long, NodeId> _leaders = [];
    private readonly Dictionary<LogPosition, EntryIdentity> _entries = [];
    private readonly List<LogPosition> _committed = [];
    private readonly List<long> _committedInTerm = [];
    private readonly Seen[] _seen = new Seen[nodeCount];
    private readonly List<(LogPosition Position, Configuration Configuration)> _configurations = formed is null ? [] : [(LogPosition.Origin, formed)];
    private DurableShadow[]? _shadows;

    private DurableShadow[] Disks => _shadows ??= NewShadows(nodeCount, _committed);

    /// <summary>How many entries are known to be committed.</summary>
    public int CommittedCount => _committed.Count;

    /// <summary>The committed entry at an index from 1 to <see cref="CommittedCount"/>.</summary>
    public LogPosition CommittedAt(long index) => _committed[(int)index - 1];

    public DurableShadow DiskOf(int node) => Disks[node];

    /// <summary>Some log has said who the members are.</summary>
    public bool IsFormed => _configurations.Count > 0;

    /// <summary>The members as last committed; null: no cluster has been formed.</summary>
    public Configuration? CommittedConfiguration => LastCommittedConfiguration() is >= 0 and var last ? _configurations[last].Configuration : null;

    /// <summary>Every configuration that is in effect somewhere, or may yet be: the last that was committed, and all behind it, cut off or not.</summary>
    public IEnumerable<Configuration> PossibleConfigurations
    {
        get
        {
            int last = LastCommittedConfiguration();
            long from = last < 0 ? 0 : _configurations[last].Position.Index;
            if (last >= 0) yield return _configurations[last].Configuration;
            foreach ((LogPosition position, Configuration configuration) in _configurations)
            {
                if (position.Index > from || last < 0) yield return configuration;
            }
        }
    }

    private int LastCommittedConfiguration() => _configurations.FindLastIndex(
        known => known.Position.Index == 0 || (known.Position.Index <= _committed.Count && CommittedAt(known.Position.Index) == known.Position));

    /// <summary>The last configuration that a log holds, in its entries or before them; null: none.</summary>
    public (LogPosition Position, Configuration Configuration)? ConfigurationIn(RaftLog log)
    {
        for (int i = _configurations.Count - 1, found = -1; ; i--)
        {
            if (i < 0) return found < 0 ? null : _configurations[found];
            LogPosition position = _configurations[i].Position;
            if (position.Index == 0 || (found >= 0 && position.Index <= _configurations[found].Position.Index)) continue;
            if (position.Index <= log.Base.Index ? CommittedAt(position.Index) == position : log.Contains(position)) found = i;
        }
    }

    /// <summary>Some configuration has a member with this directory.</summary>
    public bool Knows(NodeIdentity identity)
    {
        foreach ((_, Configuration configuration) in _configurations)
        {
            foreach (ref readonly Member member in configuration.Members)
            {
                if (member.Identity == identity) return true;
            }
        }

        return false;
    }

    /// <summary>A disk has been replaced by an empty one: what it held was held, and what its node has promised, another one has.</summary>
    public void OnWiped(int position)
    {
        Disks[position].OnWiped();
        _seen[position] = default;
    }

    /// <summary>A node has appended entries (they are in its log, not yet durable): log matching.</summary>
    public void OnAppended(Node node, PersistBatch batch)
    {
        foreach (Entry fill in batch.Fills) JudgeEntry(node, fill);
        foreach (ref readonly Entry entry in batch.Entries) JudgeEntry(node, entry);
    }

    private void JudgeEntry(Node node, in Entry entry)
    {
        // What precedes it may be in a snapshot by now; then its term is that of the committed entry there.
        if (!node.Raft.Log.TryTermAt(entry.Index - 1, out long previousTerm) && entry.Index > 1) previousTerm = CommittedAt(entry.Index - 1).Term;
        var identity = new EntryIdentity(entry.Kind, Crc32C.Compute(entry.Payload.Span), entry.Payload.Length, previousTerm);
        if (!_entries.TryGetValue(entry.Position, out EntryIdentity known))
        {
            _entries.Add(entry.Position, identity);
            if (entry.Kind == EntryKind.Configuration) OnConfiguration(node, entry);
        }
        else if (known != identity)
        {
            throw new ViolationException($"LM {node.Id}: entry {entry.Position} is {identity}, elsewhere it is {known}");
        }
    }

    /// <summary>The term of the entry before one that somebody has appended; null: nobody has.</summary>
    public long? PreviousTermOf(LogPosition position) => _entries.TryGetValue(position, out EntryIdentity known) ? known.PreviousTerm : null;

    public void OnRoleChange(Node node, in RoleChange change)
    {
        if (change.To != Role.Leader) return;
        if (!_leaders.TryAdd(change.Term, node.Id))
            throw new ViolationException($"ES term {change.Term} begins to be led twice: by {_leaders[change.Term]} and by {node.Id}");

        for (int i = 0; i < _committed.Count; i++)
        {
            // Late votes may elect a leader of a past term: it owes only what was committed in terms before its own (paper §5.4.3).
            LogPosition position = _committed[i];
            bool isHeld = position.Index < node.Raft.Log.Base.Index || node.Raft.Log.Contains(position);
            if (_committedInTerm[i] < change.Term && !isHeld)
            {
                throw new ViolationException($"LC {node.Id} leads term {change.Term} without committed entry {position}");
            }
        }
    }

    /// <summary>A node starts (again): what it may forget is forgotten here too, and what its disk gives back is judged.</summary>
    public void OnRecovered(int position, NodeId node, NodeRecovery recovery)
    {
        JudgeBase(node, recovery.Snapshot.Last);
        JudgeBase(node, recovery.Log.Base);
        Disks[position].OnRecovered(node, recovery);
        _seen[position] = new Seen(_seen[position].Term, 0, 0);
    }

    /// <summary>A snapshot is durable on a node.</summary>
    public void OnSnapshot(int position, NodeId node, SnapshotId snapshot)
    {
        JudgeBase(node, snapshot.Last);
        Disks[position].OnSnapshot(snapshot.Last);
    }

    /// <summary>What ends a snapshot, or comes before a log, is the entry that everybody holds to be committed there.</summary>
    private void JudgeBase(NodeId node, LogPosition last)
    {
        if (last.Index == 0) return;
        if (last.Index > _committed.Count) throw new ViolationException($"SNAP {node} has dropped entries up to {last}; only {_committed.Count} are committed");
        if (CommittedAt(last.Index) != last) throw new ViolationException($"SNAP {node} has a snapshot up to {last} where {CommittedAt(last.Index)} is committed");
    }

    /// <summary>Compares a node with its own past and with the others.</summary>
    public void Check(int position, Node node)
    {
        ref Seen seen = ref _seen[position];
        RaftNode raft = node.Raft;
        long term = raft.Term;
        if (raft.DurableTicket == raft.LastTicket && term < seen.Term)
            throw new ViolationException($"MON {node.Id}: term fell from {seen.Term} to {term}");
        if (raft.CommitIndex < seen.Commit)
            throw new ViolationException($"MON {node.Id}: commit index fell from {seen.Commit} to {raft.CommitIndex}");
        if (node.AppliedIndex < seen.Applied)
            throw new ViolationException($"MON {node.Id}: applied index fell from {seen.Applied} to {node.AppliedIndex}");
        if (node.AppliedIndex > raft.CommitIndex)
            throw new ViolationException($"SMS {node.Id}: applied {node.AppliedIndex} beyond commit index {raft.CommitIndex}");
        if (raft.IsLeader && raft.CommitIndex > seen.Commit && raft.Log.TryTermAt(raft.CommitIndex, out long committed) && committed != term)
            throw new ViolationException($"CT {node.Id} leads term {term} and has committed up to {raft.CommitIndex}, an entry of term {committed}");
        if (raft.Log.Base.Index > seen.Commit) JudgeBase(node.Id, raft.Log.Base);
        for (long index = Math.Max(seen.Commit, raft.Log.Base.Index) + 1; index <= raft.CommitIndex; index++) OnCommitted(node, raft.Log[index]);
        seen = new Seen(Disks[position].HardState.Term, raft.CommitIndex, node.AppliedIndex);
    }

    /// <summary>The entry that a node holds to be committed at an index is the one that everybody holds to be.</summary>
    private void OnCommitted(Node node, in Entry entry)
    {
        LogPosition position = entry.Position;
        if (position.Index <= _committed.Count)
        {
            LogPosition known = _committed[(int)position.Index - 1];
            if (known != position) throw new ViolationException($"CI {node.Id} committed {position} where {known} was committed before");
            return;
        }

        if (position.Index != _committed.Count + 1) throw new ViolationException($"CI {node.Id} committed {position} before its predecessor");
        bool IsHeld(NodeId voter) => Disks[(int)voter.Value - 1] is var disk && (disk.Holds(position) || disk.HasLost(position));
        if (!IsDecided(node, entry, IsHeld))
        {
            IEnumerable<NodeId> holders = Enumerable.Range(1, nodeCount).Select(id => new NodeId((uint)id)).Where(IsHeld);
            throw new ViolationException($"CQ {node.Id} committed {position}, which only {string.Join(' ', holders)} hold durably, of the members {node.Raft.Configuration}");
        }

        _committed.Add(position);
        states.OnCommitted(entry);
        commands.OnCommitted(entry);
        _committedInTerm.Add(node.Raft.Term);
    }

    /// <summary>A leader has appended who the members are from there on; by what right, <see cref="MembershipChecker"/> asks.</summary>
    private void OnConfiguration(Node node, in Entry entry)
    {
        Configuration next = ConfigurationFormat.TryRead(entry.Payload.Span) ?? throw new ViolationException($"CFG {node.Id} appends {entry}, which is no configuration");
        _configurations.Add((entry.Position, next));
    }

    /// <summary>
    /// Whether those who hold an entry are a quorum: of the configuration in effect there, or of one in a later entry that its leader may have appended
    /// meanwhile. Not for an entry that is itself a configuration: the next one comes when that is committed. Counted here, not by the engine's own rule.
    /// </summary>
    private bool IsDecided(Node node, Entry entry, Func<NodeId, bool> isHeld) =>
        IsMajority(node.Raft.ConfigurationAt(entry.Index), isHeld)
        || (entry.Kind != EntryKind.Configuration
            && (IsMajority(node.Raft.Configuration, isHeld)
                || _configurations.Exists(later => later.Position.Index > entry.Index && IsMajority(later.Configuration, isHeld))));

    private static bool IsMajority(Configuration configuration, Func<NodeId, bool> isHeld) => Majorities.Agree(configuration, member => isHeld(member.Id));

    private static DurableShadow[] NewShadows(int count, List<LogPosition> committed)
    {
        var shadows = new DurableShadow[count];
        for (int i = 0; i < count; i++) shadows[i] = new DurableShadow(committed);
        return shadows;
    }

    private readonly record struct Seen(long Term, long Commit, long Applied);

    private readonly record struct EntryIdentity(EntryKind Kind, uint Checksum, int Length, long PreviousTerm);
}
