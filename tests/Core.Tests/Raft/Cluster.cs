namespace DEngine.Core.Tests.Raft;

/// <summary>
/// Several nodes on one clock that the test moves, with one mailbox that the test empties: nothing happens by itself. No codec, no disk, no node loop;
/// only <see cref="RaftNode"/>.
/// </summary>
internal sealed class Cluster
{
    private readonly List<Member> _members = [];
    private readonly HashSet<(uint From, uint To)> _cut = [];

    /// <param name="nodes">Voters n1 to n{nodes}.</param>
    /// <param name="options">The protocol's; the defaults when null.</param>
    /// <param name="logs">Terms of the entries that n1, n2, … start with; none when null. Their term is at least that of their last entry.</param>
    /// <param name="term">The least term to start in.</param>
    /// <param name="snapshots">What of the logs is kept; a hundred bytes at a time when null.</param>
    /// <param name="isForming">All directories are new, and each has an identity.</param>
    /// <param name="learners">So many of the nodes, the last ones, are learners.</param>
    public Cluster(
        int nodes, RaftOptions? options = null, long[][]? logs = null, long term = 0, SnapshotPolicy? snapshots = null, bool isForming = false,
        int learners = 0)
    {
        Options = options ?? new RaftOptions();
        Snapshots = snapshots ?? new SnapshotPolicy { RetainedEntries = 0, ChunkBytes = 100, WindowBytes = 200, Patience = TimeSpan.FromMilliseconds(300) };
        var ids = new NodeId[nodes];
        for (uint id = 1; id <= nodes; id++) ids[id - 1] = new NodeId(id);
        IEnumerable<Core.Member> members = ids.Select(id => new Core.Member(id, id.Value > nodes - learners ? MembershipRole.Learner : MembershipRole.Voter));
        Configuration = new Configuration(members, isInitial: isForming);
        for (uint id = 1; id <= nodes; id++)
        {
            Entry[] entries = Entries(1, logs is null ? [] : logs[id - 1]);
            long last = entries.Length == 0 ? 0 : entries[^1].Term;
            _members.Add(new Member(this, id, new HardState(Math.Max(term, last), NodeId.None), entries));
        }
    }

    public RaftOptions Options { get; }

    public SnapshotPolicy Snapshots { get; }

    public Configuration Configuration { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(100);

    /// <summary>Under way, oldest first. The test may remove, copy and reorder.</summary>
    public List<Letter> Mail { get; } = [];

    public Member this[uint id] => _members[(int)id - 1];

    public static Entry[] Entries(long first, params ReadOnlySpan<long> terms)
    {
        var entries = new Entry[terms.Length];
        for (int i = 0; i < terms.Length; i++) entries[i] = Entry(terms[i], first + i);
        return entries;
    }

    public static Entry Entry(long term, long index) => new(new LogPosition(term, index), EntryKind.Command, new[] { (byte)term, (byte)index });

    public static string Terms(RaftNode node)
    {
        var terms = new List<long>();
        for (long index = node.Log.FirstIndex; index <= node.Log.LastIndex; index++) terms.Add(node.Log[index].Term);
        return string.Join(' ', terms);
    }

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>Nothing gets through in either direction between <paramref name="id"/> and the others named; all others when none is.</summary>
    public void Cut(uint id, params ReadOnlySpan<uint> others)
    {
        foreach (Member member in _members)
        {
            uint other = member.Id.Value;
            if (other == id || (others.Length > 0 && !others.Contains(other))) continue;
            _cut.Add((id, other));
            _cut.Add((other, id));
        }
    }

    public void Heal() => _cut.Clear();

    /// <summary>A message arrives, whoever made it up.</summary>
    public void Deliver(uint from, uint to, object message, params ReadOnlySpan<Entry> entries)
    {
        RaftNode node = this[to].Raft;
        var sender = new NodeId(from);
        switch (message)
        {
            case PreVoteRequest m: node.OnPreVoteRequest(sender, m, Now); break;
            case PreVoteResponse m: node.OnPreVoteResponse(sender, m, Now); break;
            case VoteRequest m: node.OnVoteRequest(sender, m, Now); break;
            case VoteResponse m: node.OnVoteResponse(sender, m, Now); break;
            case TimeoutNow m: node.OnTimeoutNow(sender, m, Now); break;
            case StaleTerm m: node.OnStaleTerm(sender, m, Now); break;
            case AppendRequest m: node.OnAppendRequest(sender, m, entries, Now); break;
            case AppendAccepted m: node.OnAppendAccepted(sender, m, Now); break;
            case AppendRejected m: node.OnAppendRejected(sender, m, Now); break;
            case Heartbeat m: node.OnHeartbeat(sender, m, Now); break;
            case HeartbeatResponse m: node.OnHeartbeatResponse(sender, m, Now); break;
            case SnapshotChunk m: node.OnSnapshotChunk(sender, m, this[from].BytesOf(m), Now); break;
            case SnapshotProgress m: node.OnSnapshotProgress(sender, m, Now); break;
            case RecoveryNotice m: node.OnRecoveryNotice(sender, m, Now); break;
            case IdentityNotice m: node.OnIdentityNotice(sender, m, Now); break;
            default: throw new ArgumentException($"no such message: {message}");
        }

        this[to].Pump();
    }

    public void Deliver(Letter letter) => Deliver(letter.From, letter.To, letter.Message, letter.Entries);

    /// <summary>Delivers what is under way, and what comes of it, until nothing is; what a cut stops is lost.</summary>
    public void Run()
    {
        for (int i = 0; Mail.Count > 0; i++)
        {
            Assert.True(i < 10_000, "the cluster talks without end");
            Letter letter = Mail[0];
            Mail.RemoveAt(0);
            if (!_cut.Contains((letter.From, letter.To))) Deliver(letter);
        }
    }

    /// <summary>Takes letters of one kind out of the mailbox.</summary>
    public List<Letter> Take<TMessage>(uint from = 0, uint to = 0)
    {
        bool Matches(Letter letter) => letter.Message is TMessage && (from == 0 || letter.From == from) && (to == 0 || letter.To == to);
        List<Letter> taken = Mail.FindAll(Matches);
        Mail.RemoveAll(Matches);
        return taken;
    }

    /// <summary>The one letter of its kind from one node to another.</summary>
    public TMessage TakeOne<TMessage>(uint from, uint to) => (TMessage)Assert.Single(Take<TMessage>(from, to)).Message;

    /// <summary>Enough time passes for <paramref name="id"/> to lose patience; nobody else notices.</summary>
    public void Campaign(uint id)
    {
        Pass(Options.ElectionTimeoutMax);
        if (this[id].Raft.NextDeadline > Now) Now = this[id].Raft.NextDeadline;
        this[id].Tick();
    }

    public Member Elect(uint id)
    {
        Campaign(id);
        Run();
        Assert.Equal(Role.Leader, this[id].Raft.Role);
        return this[id];
    }

    /// <summary>The leader's next heartbeat; its answers stay under way.</summary>
    public void Beat(uint leader)
    {
        Pass(Options.HeartbeatInterval);
        this[leader].Tick();
    }
}
