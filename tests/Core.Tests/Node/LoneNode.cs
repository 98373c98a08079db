namespace DEngine.Core.Tests;

/// <summary>One node without anybody else: the test plays the peers, the disk and the clients.</summary>
internal sealed class LoneNode : INetwork, IPersistence, ISnapshotPort, IReplySink, INodeObserver
{
    private readonly Queue<long> _tickets = new();

    public List<byte[]> Sent { get; } = [];

    public List<(ulong Token, ReadStatus Status)> Reads { get; } = [];

    public List<(ulong Token, CommandStatus Status)> Commands { get; } = [];

    public Node Start(uint voters) => Start(voters, start => start);

    /// <summary>Starts it from something else than nothing.</summary>
    public Node Start(uint voters, Func<NodeStart, NodeStart> change)
    {
        NodeId[] ids = [.. Enumerable.Range(1, (int)voters).Select(id => new NodeId((uint)id))];
        var start = new NodeStart(ids[0], new Configuration(ids), new NodeOptions(), default, new RaftLog(), new KeyValueStore());
        return new Node(change(start), new NodePorts(this, this, this, this, this), new DeterministicRandom(1), default);
    }

    public static byte[] Frame(Action<FrameBuffer> write)
    {
        var buffer = new FrameBuffer();
        write(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The id in the one request that was sent: the first field of its body.</summary>
    public ulong ReadIndexRequested() => BitConverter.ToUInt64(Assert.Single(Sent), FrameFormat.OverheadBytes);

    public void Persist(Node node, TimeSpan now)
    {
        while (_tickets.TryDequeue(out long ticket)) node.OnPersisted(ticket, now);
    }

    /// <summary>What becomes of requests for snapshots.</summary>
    public Action<SnapshotRequest> OnSnapshotRequest { get; init; } = request => Assert.Fail($"nobody should ask for {request}");

    public void Submit(SnapshotRequest request) => OnSnapshotRequest(request);

    public void Send(NodeId target, ReadOnlySpan<byte> frame) => Sent.Add(frame.ToArray());

    public void Submit(PersistBatch batch) => _tickets.Enqueue(batch.Ticket);

    public void OnCommandResult(ulong token, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply) => Commands.Add((token, status));

    public void OnOperationResult(ulong token, OperationOutcome outcome, ReadOnlySpan<byte> reply) => Assert.Fail("no operation was submitted");

    public void OnReadResult(ulong token, ReadStatus status, long appliedIndex) => Reads.Add((token, status));

    public void OnRoleChange(in RoleChange change)
    {
    }

    public void OnRecovery(in RecoveryEvent happened)
    {
    }

    public void OnUndecodableFrame(NodeId from, DecodeError reason) => Assert.Fail($"undecodable: {reason}");
}
