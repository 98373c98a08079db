using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace DEngine.Core.Tests;

/// <summary>Whole nodes with disks that are never late, in one place: what is sent arrives at once, unless a node is cut off.</summary>
internal sealed class ComparedCluster
{
    private readonly Member[] _members;
    private readonly Queue<(NodeId From, NodeId To, byte[] Frame)> _frames = new();
    private readonly HashSet<NodeId> _cutOff = [];
    private TimeSpan _now;

    /// <param name="nodes">How many there are, voters all.</param>
    /// <param name="entriesInSnapshot">Every node begins with a snapshot of so many entries, and an empty log behind it; 0: with nothing.</param>
    public ComparedCluster(int nodes, long entriesInSnapshot = 0)
    {
        NodeId[] ids = [.. Enumerable.Range(1, nodes).Select(id => new NodeId((uint)id))];
        _members = [.. ids.Select(id => new Member(this, id, ids, entriesInSnapshot))];
        RunUntil(() => Leader is { Node: var leader } && leader.AppliedIndex > entriesInSnapshot);
    }

    public Member Leader => _members.FirstOrDefault(member => member.Node.Raft.IsLeader && !member.HasStopped)!;

    public Member[] Followers => [.. _members.Where(member => member != Leader && !member.HasStopped)];

    /// <summary>Told which nodes have stopped, and why.</summary>
    public List<(NodeId Node, StateDivergedException Reason)> Stopped { get; } = [];

    /// <summary>Whether a frame is lost on its way; null: none is.</summary>
    public Func<NodeId, NodeId, bool>? Loses { get; set; }

    public void CutOff(Member member) => _cutOff.Add(member.Node.Id);

    public void Heal() => _cutOff.Clear();

    public void Put(string key, string value)
    {
        KeyValueCommand command = KeyValueCommand.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        byte[] payload = new byte[SessionEnvelope.HeaderSize + command.Size];
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        new SessionEnvelope(0, 0, 0, bytes).Write(payload);
        Leader.Node.SubmitCommand(1, EntryKind.Command, payload, _now);
        Run(TimeSpan.FromMilliseconds(20));
    }

    public void Run(TimeSpan time)
    {
        TimeSpan end = _now + time;
        RunUntil(() => _now >= end);
    }

    public void RunUntil(Func<bool> isDone)
    {
        for (int i = 0; i < 20_000; i++)
        {
            if (isDone()) return;
            _now += TimeSpan.FromMilliseconds(5);
            foreach (Member member in _members) member.Do(node => node.Tick(_now));
            for (int round = 0; round < 6; round++)
            {
                foreach (Member member in _members) member.Pump(_now);
                while (_frames.TryDequeue(out (NodeId From, NodeId To, byte[] Frame) sent)) Deliver(sent.From, sent.To, sent.Frame);
            }
        }

        Assert.Fail("It has not come to that.");
    }

    private void Deliver(NodeId from, NodeId to, byte[] frame)
    {
        if (_cutOff.Contains(from) || _cutOff.Contains(to) || Loses?.Invoke(from, to) == true) return;
        _members[to.Value - 1].Do(node => node.Deliver(from, default, frame, _now));
    }

    internal sealed class Member : INetwork, IPersistence, ISnapshotPort, IReplySink, INodeObserver
    {
        private readonly ComparedCluster _cluster;
        private readonly KeyValueStore _store = new();
        private readonly Queue<long> _tickets = new();

        public Member(ComparedCluster cluster, NodeId id, NodeId[] voters, long entriesInSnapshot)
        {
            _cluster = cluster;
            var options = new NodeOptions { DigestInterval = TimeSpan.FromMilliseconds(200) };
            var start = new NodeStart(id, new Configuration(voters), options, default, new RaftLog(), _store);
            if (entriesInSnapshot > 0) start = BehindSnapshot(start, entriesInSnapshot);
            Node = new Node(start, new NodePorts(this, this, this, this, this), new DeterministicRandom(id.Value), default);
        }

        private static NodeStart BehindSnapshot(in NodeStart start, long entries)
        {
            var applier = new Applier(new KeyValueStore(), start.Options.Sessions);
            for (long index = 1; index <= entries; index++) applier.Apply(new Entry(new LogPosition(1, index), EntryKind.Noop, default), out _);
            applier.Publish();
            var restore = new SnapshotRestore(new SessionTable(start.Options.Sessions), start.StateMachine.BeginRestore());
            using SnapshotCapture capture = applier.Capture(start.Configuration);
            var piece = new ArrayBufferWriter<byte>();
            for (; capture.WriteNext(piece, out SnapshotSection section); piece.ResetWrittenCount()) restore.Read(section, piece.WrittenSpan);
            return start with
            {
                HardState = new HardState(capture.Last.Term, NodeId.None),
                Log = new RaftLog(start: capture.Last),
                Snapshot = new SnapshotId(capture.Last, Bytes: 1, Checksum: 0),
                Restore = restore,
            };
        }

        public Node Node { get; }

        public bool HasStopped { get; private set; }

        public List<CommandStatus> Commands { get; } = [];

        public List<ReadStatus> Reads { get; } = [];

        public int Doubts { get; private set; }

        public int Confirmations { get; private set; }

        /// <summary>A bit of a value turns over in this node's memory.</summary>
        public void Turn(string key)
        {
            Assert.True(_store.View().TryGet(Encoding.UTF8.GetBytes(key), out KeyValueRecord? record));
            MemoryMarshal.AsMemory(record.Value).Span[0] ^= 1;
        }

        public void Do(Action<Node> act)
        {
            if (HasStopped) return;
            try
            {
                act(Node);
            }
            catch (StateDivergedException diverged)
            {
                HasStopped = true;
                _cluster.Stopped.Add((Node.Id, diverged));
            }
        }

        public void Pump(TimeSpan now) => Do(node =>
        {
            node.Pump(now);
            while (_tickets.TryDequeue(out long ticket)) node.OnPersisted(ticket, now);
        });

        public void Send(NodeId target, ReadOnlySpan<byte> frame) => _cluster._frames.Enqueue((Node.Id, target, frame.ToArray()));

        public void Submit(PersistBatch batch) => _tickets.Enqueue(batch.Ticket);

        public void Submit(SnapshotRequest request) => Assert.Fail($"nobody should ask for {request}");

        public void OnCommandResult(ulong token, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply) => Commands.Add(status);

        public void OnOperationResult(ulong token, OperationOutcome outcome, ReadOnlySpan<byte> reply) => Assert.Fail("no operation was submitted");

        public void OnReadResult(ulong token, ReadStatus status, long appliedIndex) => Reads.Add(status);

        public void OnRoleChange(in RoleChange change)
        {
        }

        public void OnRecovery(in RecoveryEvent happened)
        {
        }

        public void OnUndecodableFrame(NodeId from, DecodeError reason) => Assert.Fail($"undecodable: {reason}");

        public void OnStateDiffers(NodeId other, long index, ulong own, ulong others) => Doubts++;

        public void OnStateConfirmed(long index) => Confirmations++;
    }
}
