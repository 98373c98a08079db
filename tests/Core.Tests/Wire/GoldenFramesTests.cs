namespace DEngine.Core.Tests.Wire;

/// <summary>
/// The bytes of one message of each kind, and of the handshake, as committed in golden-frames.txt. A difference means that this version no
/// longer understands the last one: raise Handshake.WireVersion, or undo. Rewritten when DENGINE_REWRITE_GOLDEN is set.
/// </summary>
public sealed class GoldenFramesTests
{
    private static readonly LogPosition Last = new(6, 41);

    private static readonly NodeIdentity One = new(0x1111222233334444);

    private static readonly NodeIdentity Other = new(0x5555666677778888);

    internal static IReadOnlyList<Sample> Samples { get; } =
    [
        Sample.Of(new PreVoteRequest(7, Last, One, Other)),
        Sample.Of(new PreVoteResponse(7, true, One)),
        Sample.Of(new VoteRequest(7, Last, true, One, Other)),
        Sample.Of(new VoteResponse(7, false, One, Other, IsLossAccepted: true)),
        Sample.Of(new TimeoutNow(7)),
        Sample.Of(new StaleTerm(0x0102030405060708)),
        Sample.Of(
            new AppendRequest(7, Last, 40, 9, 3),
            [
                new(new LogPosition(6, 42), EntryKind.RegisterSession, new byte[] { 0xAA }),
                new(new LogPosition(7, 43), EntryKind.Noop, default),
                new(new LogPosition(7, 44), EntryKind.Command, new byte[] { 0xBB, 0xCC }),
            ],
            firstPiece: 2),
        Sample.Of(new AppendAccepted(7, new LogPosition(7, 44), 9, 0, One)),
        Sample.Of(new AppendRejected(7, 41, new LogPosition(5, 33), 9, One)),
        Sample.Of(new Heartbeat(7, 40, 10)),
        Sample.Of(new HeartbeatResponse(7, 10, One)),
        Sample.Of(new SnapshotChunk(7, new SnapshotId(Last, 1000, 0xA1B2C3D4), 64), [1, 2, 3]),
        Sample.Of(new SnapshotProgress(7, new SnapshotId(Last, 1000, 0xA1B2C3D4), 67, One)),
        Sample.Of(new DigestNotice(7, 40, 0xFEDCBA9876543210, true)),
        Sample.Of(new DigestReport(7, 40, 0xFEDCBA9876543210)),
        Sample.Of(new RecoveryNotice(7, RecoveryStep.Target, 0xFEDCBA9876543210, Last, RecoveryReason.UnsyncedLost, KnowsLeader: true, One)),
        Sample.Of(new IdentityNotice(7, One)),
        Sample.Of(new FillRequest(Last, 30)),
        Sample.Of(
            new FillAnswer(new LogPosition(7, 44), new LogPosition(5, 42), 1), [new Entry(new LogPosition(6, 43), EntryKind.Command, new byte[] { 1, 2 })]),
        Sample.Of(new ReadIndexRequest(0xFEDCBA9876543210, ReadConsistency.Lease)),
        Sample.Of(new ReadIndexResponse(0xFEDCBA9876543210, -1)),
        Sample.Of(new ForwardedCommand(77, EntryKind.Command), [1, 2, 3]),
        Sample.Of(new ForwardedResult(77, CommandStatus.Unknown), [4, 5]),
        Sample.Of(new ClientCommand(78, EntryKind.RegisterSession), []),
        Sample.Of(new ClientGet(79, ReadConsistency.Linearizable), "key"u8.ToArray()),
        Sample.Of(new ClientScan(80, ReadConsistency.Eventual, 100), "pre"u8.ToArray(), "prefix"u8.ToArray()),
        Sample.Of(new ClientScan(80, ReadConsistency.Eventual, 100), "pre"u8.ToArray(), null),
        Sample.Of(new ClientResult(78, CommandStatus.NoLeader, new NodeId(3)), []),
        Sample.Of(new ClientGetResult(79, ReadStatus.Ready, true, 44), "value"u8.ToArray()),
        Sample.Of(80, ReadStatus.Ready, true, 44, [("prefix1"u8.ToArray(), "one"u8.ToArray(), 12), ("prefix2"u8.ToArray(), [], 13)]),
    ];

    private static string GoldenPath => Path.Combine(Root, "tests", "Core.Tests", "Wire", "golden-frames.txt");

    private static string Root
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DEngine.sln"))) folder = folder.Parent;
            Assert.NotNull(folder);
            return folder.FullName;
        }
    }

    [Fact]
    public void Every_kind_has_a_golden_frame() =>
        Assert.Equal(Enum.GetValues<MessageKind>().Order(), Samples.Select(sample => sample.Kind).Distinct().Order());

    [Fact]
    public void The_bytes_on_the_wire_are_those_committed()
    {
        string actual = string.Concat(Lines().Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("DENGINE_REWRITE_GOLDEN") is not null) File.WriteAllText(GoldenPath, actual);
        Assert.Equal(File.ReadAllText(GoldenPath), actual);
    }

    [Fact]
    public void The_committed_bytes_are_still_understood()
    {
        var decoder = new MessageDecoder();
        var handler = new RecordingHandler();
        foreach (string line in File.ReadAllLines(GoldenPath))
        {
            byte[] bytes = Convert.FromHexString(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace(" ", ""));
            if (bytes[0] == Handshake.FirstByte) continue;
            Assert.Equal(FrameStatus.Frame, FrameParser.Parse(bytes, bytes.Length).Status);
            Assert.Equal(DecodeError.None, decoder.Decode(bytes, ref handler));
        }

        Assert.Equal(Samples.Select(sample => sample.Expected), handler.Calls);
    }

    [Fact]
    public void The_page_on_the_wire_format_lists_every_kind_with_its_number()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs", "wire-format.md"));
        Assert.All(Enum.GetValues<MessageKind>(), kind => Assert.Contains($"### {(byte)kind} {kind}\n", page));
    }

    private static IEnumerable<string> Lines()
    {
        foreach (Sample sample in Samples)
        {
            byte[] frame = sample.ToFrame();
            yield return $"{sample.Kind}: {Convert.ToHexString(frame.AsSpan(0, FrameFormat.HeaderBytes))} "
                + $"{frame[FrameFormat.KindOffset]:X2} {Convert.ToHexString(frame.AsSpan(FrameFormat.BodyOffset))}";
        }

        byte[] hello = new byte[Handshake.HelloBytesMax];
        yield return $"ClientHello: {Convert.ToHexString(hello.AsSpan(0, Handshake.Write(hello, HandshakeTests.PeerHello)))}";
        yield return $"ServerHello: {Convert.ToHexString(hello.AsSpan(0, Handshake.Write(hello, HandshakeTests.Accepted)))}";
    }
}
