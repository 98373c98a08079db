using System.Buffers;
using System.Text;

namespace DEngine.Core.Tests;

/// <summary>What a caller's thread may read while the loop is in the middle of a pass (R7).</summary>
public sealed class ReadGateTests
{
    private static readonly NodeId[] Ids = [new(1), new(2), new(3)];
    private readonly List<Box> _boxes = [];
    private TimeSpan _now = TimeSpan.FromSeconds(1);

    public ReadGateTests()
    {
        foreach (NodeId id in Ids) _boxes.Add(new Box(this, id));
        Run(TimeSpan.FromSeconds(8));
    }

    private Box Leader => _boxes.Single(box => box.Node.Raft.IsLeader);

    [Fact]
    public void A_lease_read_is_served_at_rest_and_at_the_leader_alone()
    {
        Assert.True(Leader.Admits(ReadConsistency.Lease));
        Assert.All(_boxes.Where(box => box != Leader), box => Assert.False(box.Admits(ReadConsistency.Lease)));
        Assert.All(_boxes, box => Assert.True(box.Admits(ReadConsistency.Eventual)));
        Assert.All(_boxes, box => Assert.False(box.Admits(ReadConsistency.Linearizable)));
    }

    /// <summary>
    /// The leader's frames are on the wire as soon as they are sent. A follower applies what they commit and serves a linearizable read while the leader is
    /// still applying: from then on the leader must not show the older state.
    /// </summary>
    [Fact]
    public void A_lease_read_sees_what_a_linearizable_read_at_a_follower_has_seen()
    {
        Box leader = Leader;
        Box[] followers = [.. _boxes.Where(box => box != leader)];
        (Box reader, Box third) = (followers[0], followers[1]);
        leader.Put("old");
        Run(TimeSpan.FromMilliseconds(200));

        // The read is confirmed, and the answer to it under way; then "new" is committed by the third node, and the append behind it says so.
        reader.Node.SubmitRead(8, ReadConsistency.Linearizable);
        reader.Pass();
        Carry(reader, leader);
        leader.Pass();
        Carry(leader, third);
        third.Pass();
        Carry(third, leader);
        leader.Pass();
        leader.Put("new");
        leader.Pass();
        Carry(leader, third);
        third.Pass();
        Carry(third, leader);
        bool hasLooked = false;
        leader.WhileApplying = () =>
        {
            if (hasLooked) return;
            hasLooked = true;
            Carry(leader, reader);
            reader.Pass();
            Assert.Equal((8UL, ReadStatus.Ready, "new"), reader.Reads[^1]);
            Assert.False(leader.Admits(ReadConsistency.Lease) && leader.Value() == "old");
        };
        leader.Put("newest");
        leader.Pass();
        Assert.True(hasLooked);
        Assert.Equal("new", leader.Value());
        Assert.True(leader.Admits(ReadConsistency.Lease));
    }

    /// <summary>A pass applies at most so many entries, and its messages name all that are committed.</summary>
    [Fact]
    public void A_lease_is_withdrawn_until_everything_committed_is_published()
    {
        Box leader = Leader;
        Box third = _boxes.First(box => box != leader);
        for (int i = 0; i < 3 * Box.ApplyEntriesMax; i++) leader.Put($"{i}");
        leader.Pass();
        Carry(leader, third);
        third.Pass();
        Carry(third, leader);
        leader.Pass();
        Assert.True(leader.Node.AppliedIndex < leader.Node.Raft.CommitIndex);
        Assert.False(leader.Admits(ReadConsistency.Lease));
        Assert.True(leader.Admits(ReadConsistency.Eventual));
        leader.Pass();
        leader.Pass();
        Assert.True(leader.Admits(ReadConsistency.Lease));
    }

    [Fact]
    public void A_transfer_withdraws_the_lease_before_its_message_leaves()
    {
        Box leader = Leader;
        NodeId successor = Ids.First(id => id != leader.Node.Id);
        Assert.True(leader.Node.TransferLeadership(successor, _now));
        bool hasLooked = false;
        leader.WhileSending = () =>
        {
            hasLooked = true;
            Assert.False(leader.Admits(ReadConsistency.Lease));
        };
        leader.Pass();
        Assert.True(hasLooked);
    }

    [Fact]
    public void A_lease_ends_by_the_clock_whatever_the_loop_does()
    {
        Box leader = Leader;
        Assert.True(leader.Admits(ReadConsistency.Lease));
        _now += new RaftOptions().ElectionTimeoutMin;
        Assert.False(leader.Admits(ReadConsistency.Lease));
        Assert.True(leader.Admits(ReadConsistency.Eventual));
    }

    [Fact]
    public void A_gate_that_is_closed_gives_no_promise()
    {
        Leader.Node.Gate.Close();
        Assert.All(_boxes, box => Assert.False(box.Admits(ReadConsistency.Lease)));
        Assert.All(_boxes, box => Assert.True(box.Admits(ReadConsistency.Eventual)));
    }

    private void Run(TimeSpan time)
    {
        for (TimeSpan end = _now + time; _now < end; _now += TimeSpan.FromMilliseconds(5))
        {
            for (int round = 0; round < 6; round++)
            {
                foreach (Box box in _boxes) box.Pass();
                foreach (Box from in _boxes)
                {
                    foreach (Box to in _boxes) Carry(from, to);
                }
            }
        }
    }

    private void Carry(Box from, Box to)
    {
        for (int i = from.Sent.Count; i > 0; i--)
        {
            (NodeId target, byte[] frame) = from.Sent.Dequeue();
            if (target == to.Node.Id) to.Node.Deliver(from.Node.Id, default, frame, _now);
            else from.Sent.Enqueue((target, frame));
        }
    }

    /// <summary>A node whose disk is never late, with a state machine that lets the test look on.</summary>
    private sealed class Box : INetwork, IPersistence, ISnapshotPort, IReplySink, INodeObserver, IStateMachine, IPassPort
    {
        public const int ApplyEntriesMax = 4;

        private readonly ReadGateTests _test;
        private readonly KeyValueStore _store = new();
        private readonly Queue<long> _tickets = new();
        private readonly NodePass _pass;

        public Box(ReadGateTests test, NodeId id)
        {
            _test = test;
            var options = new NodeOptions { ApplyEntriesMax = ApplyEntriesMax };
            var start = new NodeStart(id, new Configuration(Ids), options, default, new RaftLog(), this);
            Node = new Node(start, new NodePorts(this, this, this, this, this), new DeterministicRandom(id.Value), default);
            _pass = new NodePass(Node, this);
        }

        public Node Node { get; }

        public Queue<(NodeId To, byte[] Frame)> Sent { get; } = new();

        public List<(ulong Token, ReadStatus Status, string Value)> Reads { get; } = [];

        public Action? WhileApplying { get; set; }

        public Action? WhileSending { get; set; }

        public TimeSpan Now => _test._now;

        public ulong StateDigest => _store.StateDigest;

        public bool Admits(ReadConsistency consistency) => Node.Gate.Admits(consistency, Now);

        public string Value() => _store.TryGet("x"u8, out KeyValueRecord? record) ? Encoding.UTF8.GetString(record.Value.Span) : "nothing";

        public void Put(string value)
        {
            KeyValueCommand command = KeyValueCommand.Put("x"u8, Encoding.UTF8.GetBytes(value));
            byte[] bytes = new byte[command.Size];
            command.Write(bytes);
            byte[] payload = new byte[SessionEnvelope.HeaderSize + bytes.Length];
            new SessionEnvelope(0, 0, 0, bytes).Write(payload);
            Node.SubmitCommand(1, EntryKind.Command, payload, Now);
        }

        public void Pass()
        {
            _pass.Run();
            if (_tickets.Count > 0) _pass.Run();
        }

        public void TakeArrivals(TimeSpan deadline)
        {
        }

        public void StepArrivals(TimeSpan now)
        {
            while (_tickets.TryDequeue(out long ticket)) Node.OnPersisted(ticket, now);
        }

        public void FlushLinks()
        {
        }

        public void WakeCallers()
        {
        }

        public void Send(NodeId target, ReadOnlySpan<byte> frame)
        {
            WhileSending?.Invoke();
            Sent.Enqueue((target, frame.ToArray()));
        }

        public void Submit(PersistBatch batch) => _tickets.Enqueue(batch.Ticket);

        public void Submit(SnapshotRequest request)
        {
        }

        public void OnCommandResult(ulong token, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply)
        {
        }

        public void OnOperationResult(ulong token, OperationOutcome outcome, ReadOnlySpan<byte> reply)
        {
        }

        public void OnReadResult(ulong token, ReadStatus status, long appliedIndex) => Reads.Add((token, status, Value()));

        public void OnRoleChange(in RoleChange change)
        {
        }

        public void OnRecovery(in RecoveryEvent happened)
        {
        }

        public void OnUndecodableFrame(NodeId from, DecodeError reason) => Assert.Fail($"undecodable: {reason}");

        public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
        {
            WhileApplying?.Invoke();
            _store.Apply(index, command, reply);
        }

        public void Publish(long appliedIndex) => _store.Publish(appliedIndex);

        public IStateCapture Capture() => _store.Capture();

        public IStateRestore BeginRestore() => _store.BeginRestore();

        public void Restore(IStateRestore restore, long appliedIndex) => _store.Restore(restore, appliedIndex);
    }
}
