using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Wire;

public sealed class HandshakeTests
{
    internal static readonly ClientHello PeerHello = new()
    {
        VersionMin = 1,
        VersionMax = 3,
        Role = ConnectionRole.Peer,
        ClusterId = "orders",
        Sender = new NodeId(2),
        Target = new NodeId(1),
        FrameBytesMax = FrameFormat.PeerFrameBytesMax,
        Features = 0b1010,
        Directory = new DirectoryStamp(new NodeIdentity(0x2222), new Incarnation(3, 0x33), new HistoryId(4, 5, 6)),
    };

    internal static readonly HandshakeIdentity Own = new()
    {
        ClusterId = "orders",
        Node = new NodeId(1),
        Peers = [new NodeId(1), new NodeId(2), new NodeId(3)],
        VersionMin = 1,
        VersionMax = 2,
        Features = 0b0110,
        Directory = new DirectoryStamp(new NodeIdentity(0x1111), new Incarnation(7, 0x77), new HistoryId(4, 5, 9)),
    };

    internal static readonly ServerHello Accepted = new()
    {
        Version = 2,
        Status = HandshakeStatus.Ok,
        ClusterId = "orders",
        Node = new NodeId(1),
        FrameBytesMax = FrameFormat.PeerFrameBytesMax,
        Features = 0b0010,
        Directory = Own.Directory,
    };

    private static readonly ClientHello NativeClientHello = PeerHello with
    {
        Role = ConnectionRole.Client,
        ClusterId = "",
        Sender = NodeId.None,
        Target = NodeId.None,
        FrameBytesMax = FrameFormat.ClientFrameBytesMax,
        Directory = default,
    };

    public static TheoryData<string, ClientHello, HandshakeStatus> Table => new()
    {
        { "a peer that knows where it goes", PeerHello, HandshakeStatus.Ok },
        { "a peer that asks for any node", PeerHello with { Target = NodeId.None }, HandshakeStatus.Ok },
        { "only the oldest common version", PeerHello with { VersionMax = 1 }, HandshakeStatus.Ok },
        { "a range beyond ours", PeerHello with { VersionMin = 3 }, HandshakeStatus.UnsupportedVersion },
        { "another cluster", PeerHello with { ClusterId = "Orders" }, HandshakeStatus.WrongCluster },
        { "a peer without a cluster", PeerHello with { ClusterId = "" }, HandshakeStatus.WrongCluster },
        { "another node meant", PeerHello with { Target = new NodeId(3) }, HandshakeStatus.WrongNode },
        { "a node that is not (or no longer) in the cluster", PeerHello with { Sender = new NodeId(9) }, HandshakeStatus.UnknownPeer },
        { "a node that bears our own id", PeerHello with { Sender = new NodeId(1) }, HandshakeStatus.UnknownPeer },
        { "a peer without an id", PeerHello with { Sender = NodeId.None }, HandshakeStatus.BadHello },
        { "a range upside down", PeerHello with { VersionMin = 4 }, HandshakeStatus.BadHello },
        { "a version that never was", PeerHello with { VersionMin = 0 }, HandshakeStatus.BadHello },
        { "two things wrong: the first to mend", PeerHello with { ClusterId = "x", Target = new NodeId(3) }, HandshakeStatus.WrongCluster },
        { "a peer of another history", With(new HistoryId(4, 8, 6)), HandshakeStatus.OtherHistory },
        { "a peer restored from the backup that this history began with", With(new HistoryId(4, 0, 0)), HandshakeStatus.Ok },
        { "a peer restored from another backup", With(new HistoryId(3, 0, 0)), HandshakeStatus.OtherHistory },
        { "a peer that belongs to no history yet", With(HistoryId.None), HandshakeStatus.Ok },
        { "a client of any cluster", NativeClientHello, HandshakeStatus.Ok },
        { "a client of this cluster", NativeClientHello with { ClusterId = "orders" }, HandshakeStatus.Ok },
        { "a client of another cluster", NativeClientHello with { ClusterId = "other" }, HandshakeStatus.WrongCluster },
        { "a client that means another node", NativeClientHello with { Target = new NodeId(2) }, HandshakeStatus.WrongNode },
        { "a client that bears a node's id", NativeClientHello with { Sender = new NodeId(2) }, HandshakeStatus.BadHello },
    };

    private static ClientHello With(HistoryId history) => PeerHello with { Directory = PeerHello.Directory with { History = history } };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_hello_is_answered(string what, ClientHello hello, HandshakeStatus expected)
    {
        ServerHello answer = HandshakePolicy.Answer(hello, Own);
        Assert.True(expected == answer.Status, $"{what}: {answer.Status}");
        Assert.Equal(expected == HandshakeStatus.Ok ? Math.Min(hello.VersionMax, Own.VersionMax) : 0, answer.Version);
        Assert.Equal(Own.Node, answer.Node);
        Assert.Equal(Own.ClusterId, answer.ClusterId);
        Assert.Equal(expected == HandshakeStatus.Ok ? 0b0010u : 0u, answer.Features);
    }

    [Fact]
    public void The_answer_names_the_limit_for_the_role_of_the_asker()
    {
        Assert.Equal(Own.PeerFrameBytesMax, HandshakePolicy.Answer(PeerHello, Own).FrameBytesMax);
        Assert.Equal(Own.ClientFrameBytesMax, HandshakePolicy.Answer(NativeClientHello, Own).FrameBytesMax);
    }

    [Fact]
    public void A_stopping_node_says_so_only_where_nothing_else_is_wrong()
    {
        HandshakeIdentity stopping = Own with { Stopping = true };
        Assert.Equal(HandshakeStatus.Stopping, HandshakePolicy.Answer(PeerHello, stopping).Status);
        Assert.Equal(HandshakeStatus.WrongNode, HandshakePolicy.Answer(PeerHello with { Target = new NodeId(3) }, stopping).Status);
    }

    [Fact]
    public void Without_a_list_of_peers_any_node_of_the_cluster_is_let_in()
    {
        HandshakeIdentity open = Own with { Peers = null };
        Assert.Equal(HandshakeStatus.Ok, HandshakePolicy.Answer(PeerHello with { Sender = new NodeId(9) }, open).Status);
        Assert.Equal(HandshakeStatus.UnknownPeer, HandshakePolicy.Answer(PeerHello with { Sender = new NodeId(1) }, open).Status);
    }

    [Fact]
    public void A_newer_node_and_an_older_one_meet_at_the_older_ones_version()
    {
        HandshakeIdentity older = Own with { VersionMin = 1, VersionMax = 1 };
        Assert.Equal(1, HandshakePolicy.Answer(PeerHello, older).Version);
        HandshakeIdentity newer = Own with { VersionMin = 2, VersionMax = 9 };
        Assert.Equal(3, HandshakePolicy.Answer(PeerHello, newer).Version);
        HandshakeIdentity tooNew = Own with { VersionMin = 4, VersionMax = 9 };
        Assert.Equal(HandshakeStatus.UnsupportedVersion, HandshakePolicy.Answer(PeerHello, tooNew).Status);
    }

    [Fact]
    public void Every_hello_comes_back_as_it_was_sent()
    {
        Gen<ClientHello> hellos =
            from version in ArbMap.Default.GeneratorFor<(ushort Min, ushort Max)>()
            from role in Gen.Elements(ConnectionRole.Peer, ConnectionRole.Client)
            from cluster in Gen.Elements("", "orders", "größe-日本-🙂", new string('x', 255))
            from ids in ArbMap.Default.GeneratorFor<(DoNotSize<uint> Sender, DoNotSize<uint> Target)>()
            from max in Gen.Choose(128, int.MaxValue - 1)
            from features in ArbMap.Default.GeneratorFor<DoNotSize<ulong>>()
            select new ClientHello
            {
                VersionMin = version.Min,
                VersionMax = version.Max,
                Role = role,
                ClusterId = cluster,
                Sender = new NodeId(ids.Sender.Item),
                Target = new NodeId(ids.Target.Item),
                FrameBytesMax = max,
                Features = features.Item,
            };
        Prop.ForAll(hellos.ToArbitrary(), hello =>
        {
            byte[] bytes = [.. Bytes(hello), 1, 2, 3];
            Assert.Equal(HelloStatus.Ok, Handshake.Parse(bytes, out ClientHello? parsed, out int length));
            Assert.Equal(hello, parsed);
            Assert.Equal(bytes.Length - 3, length);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_answer_comes_back_as_it_was_sent()
    {
        foreach (HandshakeStatus status in Enum.GetValues<HandshakeStatus>())
        {
            ServerHello answer = Accepted with { Status = status, ClusterId = new string('é', 127) };
            byte[] bytes = Bytes(answer);
            Assert.Equal(HelloStatus.Ok, Handshake.Parse(bytes, out ServerHello? parsed, out int length));
            Assert.Equal(answer, parsed);
            Assert.Equal(bytes.Length, length);
        }
    }

    [Fact]
    public void A_hello_cut_anywhere_needs_more()
    {
        byte[] client = Bytes(PeerHello);
        for (int length = 0; length < client.Length; length++)
        {
            Assert.Equal(HelloStatus.NeedMore, Handshake.Parse(client.AsSpan(0, length), out ClientHello? hello, out int consumed));
            Assert.Null(hello);
            Assert.Equal(0, consumed);
        }

        byte[] server = Bytes(Accepted);
        for (int length = 0; length < server.Length; length++)
        {
            Assert.Equal(HelloStatus.NeedMore, Handshake.Parse(server.AsSpan(0, length), out ServerHello? hello, out int _));
            Assert.Null(hello);
        }
    }

    [Fact]
    public void A_hello_with_any_flipped_bit_is_not_believed()
    {
        byte[] bytes = Bytes(PeerHello);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(HelloStatus.Ok, Handshake.Parse(bytes, out ClientHello? hello, out int _));
            Assert.Null(hello);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    [InlineData("POST")]
    [InlineData("D")]
    [InlineData("\x16\x03\x01")]
    public void Other_protocols_are_told_apart_by_their_first_byte(string text)
    {
        byte[] bytes = [.. text.Select(c => (byte)c)];
        Assert.NotEqual(Handshake.FirstByte, bytes[0]);
        Assert.Equal(HelloStatus.NotOurs, Handshake.Parse(bytes, out ClientHello? _, out int _));
        Assert.Equal(HelloStatus.NotOurs, Handshake.Parse(bytes.AsSpan(0, 1), out ServerHello? _, out int _));
    }

    [Fact]
    public void A_hello_sent_back_by_an_echo_is_no_answer() =>
        Assert.Equal(HelloStatus.Invalid, Handshake.Parse(Bytes(PeerHello), out ServerHello? _, out int _));

    [Fact]
    public void A_hello_above_the_limit_is_refused_from_its_length_alone()
    {
        byte[] bytes = Bytes(PeerHello)[..6];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Handshake.HelloBytesMax - 6);
        Assert.Equal(HelloStatus.NeedMore, Handshake.Parse(bytes, out ClientHello? _, out int _));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Handshake.HelloBytesMax - 5);
        Assert.Equal(HelloStatus.Invalid, Handshake.Parse(bytes, out ClientHello? _, out int _));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), 4);
        Assert.Equal(HelloStatus.Invalid, Handshake.Parse(bytes, out ClientHello? _, out int _));
    }

    [Fact]
    public void Fields_of_later_versions_behind_the_known_ones_are_skipped()
    {
        byte[] bytes = Sealed([.. Bytes(PeerHello)[..^4], 1, 2, 3, 4, 5]);
        Assert.Equal(HelloStatus.Ok, Handshake.Parse(bytes, out ClientHello? hello, out int length));
        Assert.Equal(PeerHello, hello);
        Assert.Equal(bytes.Length, length);
    }

    [Fact]
    public void A_hello_with_good_checksum_and_impossible_fields_is_invalid()
    {
        byte[] fields = Bytes(PeerHello)[..^4];
        byte[] name = [.. fields];
        name[33] = 0xFF;
        Assert.Equal(HelloStatus.Invalid, Handshake.Parse(Sealed(fields.AsSpan(0, fields.Length - 1)), out ClientHello? _, out int _));
        Assert.Equal(HelloStatus.Invalid, Handshake.Parse(Sealed(name), out ClientHello? _, out int _));
        byte[] role = [.. fields];
        role[11] = 3;
        Assert.Equal(HelloStatus.Invalid, Handshake.Parse(Sealed(role), out ClientHello? _, out int _));
        byte[] frame = [.. fields];
        frame.AsSpan(20, 4).Clear();
        Assert.Equal(HelloStatus.Invalid, Handshake.Parse(Sealed(frame), out ClientHello? hello, out int length));
        Assert.Null(hello);
        Assert.Equal(0, length);
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_never_a_hello()
    {
        var random = new DeterministicRandom(4);
        byte[] hello = Bytes(PeerHello);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(100)];
            for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextUInt64();
            hello.AsSpan(0, Math.Min(bytes.Length, (int)random.Next(7))).CopyTo(bytes);
            Assert.NotEqual(HelloStatus.Ok, Handshake.Parse(bytes, out ClientHello? _, out int _));
            Assert.NotEqual(HelloStatus.Ok, Handshake.Parse(bytes, out ServerHello? _, out int _));
        }
    }

    [Fact]
    public void Random_fields_with_a_good_checksum_never_throw()
    {
        var random = new DeterministicRandom(5);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. Bytes(PeerHello)[..^4], .. new byte[random.Next(300)]];
            for (int i = 7; i < bytes.Length; i++) if (random.Chance(0.3)) bytes[i] = (byte)random.NextUInt64();
            bytes[6] = (byte)(1 + random.Next(2));
            HelloStatus client = Handshake.Parse(Sealed(bytes), out ClientHello? clientHello, out int _);
            HelloStatus server = Handshake.Parse(Sealed(bytes), out ServerHello? serverHello, out int _);
            Assert.Equal(client == HelloStatus.Ok, clientHello is not null);
            Assert.Equal(server == HelloStatus.Ok, serverHello is not null);
        }
    }

    [Theory]
    [InlineData("orders", true)]
    [InlineData("größe-日本", true)]
    [InlineData("", false)]
    public void A_cluster_id_is_text_that_survives_the_wire(string id, bool valid) => Assert.Equal(valid, Handshake.IsClusterId(id));

    [Fact]
    public void A_cluster_id_has_no_lone_half_of_a_surrogate_pair() => Assert.False(Handshake.IsClusterId("orders" + '\uD800'));

    [Fact]
    public void A_cluster_id_has_a_longest_length_in_bytes()
    {
        Assert.True(Handshake.IsClusterId(new string('x', 255)));
        Assert.False(Handshake.IsClusterId(new string('x', 256)));
        Assert.False(Handshake.IsClusterId(new string('é', 128)));
    }

    [Fact]
    public void Bytes_that_begin_like_a_hello_and_are_none_are_answered_too()
    {
        ServerHello answer = HandshakePolicy.AnswerInvalid(Own);
        Assert.Equal(HandshakeStatus.BadHello, answer.Status);
        Assert.Equal(HelloStatus.Ok, Handshake.Parse(Bytes(answer), out ServerHello? parsed, out int _));
        Assert.Equal(answer, parsed);
    }

    private static byte[] Bytes(ClientHello hello)
    {
        byte[] bytes = new byte[Handshake.HelloBytesMax];
        return bytes[..Handshake.Write(bytes, hello)];
    }

    private static byte[] Bytes(ServerHello hello)
    {
        byte[] bytes = new byte[Handshake.HelloBytesMax];
        return bytes[..Handshake.Write(bytes, hello)];
    }

    /// <summary>Makes length and checksum fit whatever the fields are.</summary>
    private static byte[] Sealed(ReadOnlySpan<byte> covered)
    {
        byte[] bytes = [.. covered, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)(bytes.Length - 6));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Crc32C.Compute(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }
}
