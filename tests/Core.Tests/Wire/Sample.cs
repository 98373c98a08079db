using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Wire;

/// <summary>A message, what travels beside it, and how it is written.</summary>
internal sealed record Sample(MessageKind Kind, Decoded Expected, Action<FrameBuffer> Write)
{
    public byte[] ToFrame(int frameBytesMax = FrameFormat.PeerFrameBytesMax)
    {
        var buffer = new FrameBuffer(frameBytesMax, capacity: 0);
        Write(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public override string ToString() => $"{Expected.Header} {Expected.Beside}";

    public static Sample Of(PreVoteRequest m) => Plain(MessageKind.PreVoteRequest, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(PreVoteResponse m) => Plain(MessageKind.PreVoteResponse, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(VoteRequest m) => Plain(MessageKind.VoteRequest, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(VoteResponse m) => Plain(MessageKind.VoteResponse, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(TimeoutNow m) => Plain(MessageKind.TimeoutNow, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(StaleTerm m) => Plain(MessageKind.StaleTerm, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(AppendAccepted m) => Plain(MessageKind.AppendAccepted, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(AppendRejected m) => Plain(MessageKind.AppendRejected, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(Heartbeat m) => Plain(MessageKind.Heartbeat, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(HeartbeatResponse m) => Plain(MessageKind.HeartbeatResponse, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(SnapshotChunk m, byte[] bytes) => With(MessageKind.SnapshotChunk, m, bytes, b => MessageEncoder.Write(b, m, bytes));

    public static Sample Of(SnapshotProgress m) => Plain(MessageKind.SnapshotProgress, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(DigestNotice m) => Plain(MessageKind.DigestNotice, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(DigestReport m) => Plain(MessageKind.DigestReport, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(RecoveryNotice m) => Plain(MessageKind.RecoveryNotice, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(FillRequest m) => Plain(MessageKind.FillRequest, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(FillAnswer m, Entry[] entries) => new(
        MessageKind.FillAnswer, new Decoded(m, RecordingHandler.Describe(entries)), b => MessageEncoder.Write(b, m, entries));

    public static Sample Of(ReadIndexRequest m) => Plain(MessageKind.ReadIndexRequest, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(IdentityNotice m) => Plain(MessageKind.IdentityNotice, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(ReadIndexResponse m) => Plain(MessageKind.ReadIndexResponse, m, b => MessageEncoder.Write(b, m));

    public static Sample Of(ForwardedCommand m, byte[] payload) =>
        With(MessageKind.ForwardedCommand, m, payload, b => MessageEncoder.Write(b, m, payload));

    public static Sample Of(ForwardedResult m, byte[] reply) =>
        With(MessageKind.ForwardedResult, m, reply, b => MessageEncoder.Write(b, m, reply));

    public static Sample Of(ClientCommand m, byte[] payload) =>
        With(MessageKind.ClientCommand, m, payload, b => MessageEncoder.Write(b, m, payload));

    public static Sample Of(ClientGet m, byte[] key) => With(MessageKind.ClientGet, m, key, b => MessageEncoder.Write(b, m, key));

    public static Sample Of(ClientResult m, byte[] reply) =>
        With(MessageKind.ClientResult, m, reply, b => MessageEncoder.Write(b, m, reply));

    public static Sample Of(ClientGetResult m, byte[] value) =>
        With(MessageKind.ClientGetResult, m, value, b => MessageEncoder.Write(b, m, value));

    public static Sample Of(AppendRequest m, Entry[] entries, int firstPiece) => new(
        MessageKind.AppendRequest,
        new Decoded(m, RecordingHandler.Describe(entries)),
        b => MessageEncoder.Write(b, m, entries.AsSpan(0, firstPiece), entries.AsSpan(firstPiece)));

    public static Sample Of(ClientScan m, byte[] prefix, byte[]? after) => new(
        MessageKind.ClientScan,
        new Decoded(m, RecordingHandler.DescribeScan(prefix, after is not null, after)),
        b => MessageEncoder.Write(b, m, prefix, after is not null, after));

    public static Sample Of(
        ulong id, ReadStatus status, bool more, long revision, (byte[] Key, byte[] Value, long Revision)[] records) => new(
        MessageKind.ClientScanResult,
        new Decoded(
            new ClientScanResult(id, status, more, revision, records.Length),
            string.Concat(records.Select(r => RecordingHandler.DescribeRecord(r.Key, r.Value, r.Revision)))),
        b =>
        {
            ScanResultWriter writer = MessageEncoder.BeginScanResult(b, id);
            foreach ((byte[] key, byte[] value, long keyRevision) in records) Assert.True(writer.TryAdd(key, value, keyRevision));
            writer.End(status, more, revision);
        });

    private static Sample Plain(MessageKind kind, object header, Action<FrameBuffer> write) => new(kind, new Decoded(header, ""), write);

    private static Sample With(MessageKind kind, object header, byte[] beside, Action<FrameBuffer> write) =>
        new(kind, new Decoded(header, Convert.ToHexString(beside)), write);
}

/// <summary>Generators of valid messages, one for each kind.</summary>
internal static class SampleGenerators
{
    // Small numbers meet boundaries often; the large ones reach every byte of a field.
    private static readonly Gen<long> Number = Gen.OneOf(
        Gen.Choose(0, 3).Select(n => (long)n),
        ArbMap.Default.GeneratorFor<DoNotSize<long>>().Select(n => n.Item & long.MaxValue),
        Gen.Constant(long.MaxValue));

    private static readonly Gen<long> Term = Number.Select(n => Math.Max(n, 1));

    private static readonly Gen<ulong> Id = ArbMap.Default.GeneratorFor<DoNotSize<ulong>>().Select(n => n.Item);

    private static readonly Gen<NodeIdentity> Identity = Id.Select(id => new NodeIdentity(id));

    private static readonly Gen<bool> Flag = Gen.Elements(true, false);

    private static readonly Gen<byte[]> Bytes = Gen.Choose(0, 255).Select(n => (byte)n).ArrayOf();

    private static readonly Gen<EntryKind> CommandKind = Gen.Elements(EntryKind.Command, EntryKind.RegisterSession);

    public static readonly IReadOnlyDictionary<MessageKind, Gen<Sample>> ByKind = new Dictionary<MessageKind, Gen<Sample>>
    {
        [MessageKind.PreVoteRequest] =
            from term in Term
            from last in PositionUpTo(term)
            from candidate in Identity
            from voter in Identity
            select Sample.Of(new PreVoteRequest(term, last, candidate, voter)),
        [MessageKind.PreVoteResponse] =
            from term in Number from granted in Flag from candidate in Identity select Sample.Of(new PreVoteResponse(term, granted, candidate)),
        [MessageKind.VoteRequest] =
            from term in Term
            from last in PositionUpTo(term)
            from transfer in Flag
            from candidate in Identity
            from voter in Identity
            select Sample.Of(new VoteRequest(term, last, transfer, candidate, voter)),
        [MessageKind.VoteResponse] =
            from term in Number
            from granted in Flag
            from candidate in Identity
            from voter in Identity
            from accepts in Flag
            select Sample.Of(new VoteResponse(term, granted, candidate, voter, accepts)),
        [MessageKind.TimeoutNow] = from term in Term select Sample.Of(new TimeoutNow(term)),
        [MessageKind.StaleTerm] = from term in Term select Sample.Of(new StaleTerm(term)),
        [MessageKind.AppendRequest] = AppendRequests(),
        [MessageKind.AppendAccepted] =
            from term in Term
            from match in PositionUpTo(term)
            from round in Number
            from recovery in Id
            from follower in Identity
            select Sample.Of(new AppendAccepted(term, match, round, recovery, follower)),
        [MessageKind.AppendRejected] =
            from term in Term
            from previous in Number
            from hint in PositionUpTo(long.MaxValue)
            from round in Number
            from follower in Identity
            select Sample.Of(new AppendRejected(term, previous, hint, round, follower)),
        [MessageKind.Heartbeat] =
            from term in Term from commit in Number from round in Number select Sample.Of(new Heartbeat(term, commit, round)),
        [MessageKind.HeartbeatResponse] =
            from term in Term from round in Number from follower in Identity select Sample.Of(new HeartbeatResponse(term, round, follower)),
        [MessageKind.SnapshotChunk] =
            from term in Term
            from last in PositionUpTo(term).Where(position => position != LogPosition.Origin)
            from bytes in Bytes
            from more in Gen.Choose(1, 1000)
            from offset in Gen.Choose(0, 1000)
            from checksum in Id
            select Sample.Of(new SnapshotChunk(term, new SnapshotId(last, (long)offset + bytes.Length + more, (uint)checksum), offset), bytes),
        [MessageKind.SnapshotProgress] =
            from term in Term
            from last in PositionUpTo(long.MaxValue).Where(position => position != LogPosition.Origin)
            from length in Term
            from next in Number
            from follower in Identity
            select Sample.Of(new SnapshotProgress(term, new SnapshotId(last, length, 7), Math.Min(next, length), follower)),
        [MessageKind.DigestNotice] =
            from term in Term
            from index in Term
            from digest in Id
            from byMajority in Flag
            select Sample.Of(new DigestNotice(term, index, digest, byMajority)),
        [MessageKind.DigestReport] =
            from term in Term from index in Term from digest in Id select Sample.Of(new DigestReport(term, index, digest)),
        [MessageKind.RecoveryNotice] =
            from term in Term
            from step in Any<RecoveryStep>()
            from id in Id
            from last in PositionUpTo(term)
            from reason in Any<RecoveryReason>()
            from knows in Flag
            from sender in Identity
            select Sample.Of(new RecoveryNotice(term, step, id, last, reason, knows, sender)),
        [MessageKind.IdentityNotice] = from term in Term from known in Identity select Sample.Of(new IdentityNotice(term, known)),
        [MessageKind.FillRequest] =
            from anchor in PositionUpTo(long.MaxValue).Where(position => position != LogPosition.Origin)
            from before in Number
            select Sample.Of(new FillRequest(anchor, Math.Max(1, anchor.Index - before))),
        [MessageKind.FillAnswer] = FillAnswers(),
        [MessageKind.ReadIndexRequest] =
            from id in Id
            from consistency in Gen.Elements(ReadConsistency.Linearizable, ReadConsistency.Lease)
            select Sample.Of(new ReadIndexRequest(id, consistency)),
        [MessageKind.ReadIndexResponse] =
            from id in Id from index in Gen.OneOf(Number, Gen.Constant(-1L)) select Sample.Of(new ReadIndexResponse(id, index)),
        [MessageKind.ForwardedCommand] =
            from id in Id from kind in CommandKind from payload in Bytes select Sample.Of(new ForwardedCommand(id, kind), payload),
        [MessageKind.ForwardedResult] =
            from id in Id from status in Any<CommandStatus>() from reply in Bytes select Sample.Of(new ForwardedResult(id, status), reply),
        [MessageKind.ClientCommand] =
            from id in Id from kind in CommandKind from payload in Bytes select Sample.Of(new ClientCommand(id, kind), payload),
        [MessageKind.ClientGet] =
            from id in Id
            from consistency in Any<ReadConsistency>()
            from key in Bytes
            select Sample.Of(new ClientGet(id, consistency), key),
        [MessageKind.ClientScan] = Scans(),
        [MessageKind.ClientResult] =
            from id in Id
            from status in Any<CommandStatus>()
            from leader in Id
            from reply in Bytes
            select Sample.Of(new ClientResult(id, status, new NodeId((uint)leader)), reply),
        [MessageKind.ClientGetResult] =
            from id in Id
            from status in Any<ReadStatus>()
            from found in Flag
            from revision in Number
            from value in Bytes
            select Sample.Of(new ClientGetResult(id, status, found, found ? revision : 0), found ? value : []),
        [MessageKind.ClientScanResult] = ScanResults(),
    };

    public static readonly Gen<Sample> AnyKind = Gen.OneOf(ByKind.Values);

    private static Gen<LogPosition> PositionUpTo(long term) => Gen.OneOf(
        Gen.Constant(LogPosition.Origin),
        from t in Term from index in Term select new LogPosition(Math.Min(t, term), index));

    private static Gen<TEnum> Any<TEnum>()
        where TEnum : struct, Enum => Gen.Elements(Enum.GetValues<TEnum>());

    private static Gen<Sample> AppendRequests() =>
        from term in Term
        from previous in PositionUpTo(term)
        from bodies in (
            from kind in Any<EntryKind>() from payload in Bytes from step in Gen.Choose(0, 2) select (kind, payload, step)).ArrayOf()
        from commit in Number
        from round in Number
        from piece in Gen.Choose(0, bodies.Length)
        select Append(term, previous, bodies, commit, round, piece);

    private static Sample Append(
        long term, LogPosition previous, (EntryKind Kind, byte[] Payload, int TermStep)[] bodies, long commit, long round, int firstPiece)
    {
        if (previous.Index > long.MaxValue - bodies.Length) previous = previous with { Index = long.MaxValue - bodies.Length };
        Entry[] entries = EntriesBehind(previous, term, bodies);
        return Sample.Of(new AppendRequest(term, previous, commit, round, entries.Length), entries, firstPiece);
    }

    private static Entry[] EntriesBehind(LogPosition previous, long term, (EntryKind Kind, byte[] Payload, int TermStep)[] bodies)
    {
        var entries = new Entry[bodies.Length];
        LogPosition last = previous;
        for (int i = 0; i < entries.Length; i++)
        {
            long room = term - last.Term;
            last = new LogPosition(Math.Max(last.Term + Math.Min(room, bodies[i].TermStep), 1), last.Index + 1);
            entries[i] = new Entry(last, bodies[i].Kind, bodies[i].Kind == EntryKind.Noop ? (byte[])[] : bodies[i].Payload);
        }

        return entries;
    }

    private static Gen<Sample> FillAnswers() =>
        from term in Term
        from previous in PositionUpTo(term)
        from knows in Flag
        from bodies in (
            from kind in Any<EntryKind>() from payload in Bytes from step in Gen.Choose(0, 2) select (kind, payload, step)).ArrayOf()
        select Fill(term, previous, knows, bodies);

    private static Sample Fill(long term, LogPosition previous, bool knows, (EntryKind Kind, byte[] Payload, int TermStep)[] bodies)
    {
        if (previous.Index > long.MaxValue - bodies.Length - 1) previous = previous with { Index = long.MaxValue - bodies.Length - 1 };
        if (!knows) previous = previous with { Term = 0 };
        Entry[] entries = EntriesBehind(previous, term, bodies);
        return Sample.Of(new FillAnswer(new LogPosition(term, previous.Index + entries.Length + 1), previous, entries.Length), entries);
    }

    private static Gen<Sample> Scans() =>
        from id in Id
        from consistency in Any<ReadConsistency>()
        from limit in Gen.Elements(1, 2, 1000, int.MaxValue)
        from prefix in Bytes
        from hasAfter in Flag
        from after in Bytes
        select Sample.Of(new ClientScan(id, consistency, limit), prefix, hasAfter ? after : null);

    private static Gen<Sample> ScanResults() =>
        from id in Id
        from status in Any<ReadStatus>()
        from more in Flag
        from revision in Number
        from records in (from key in Bytes from value in Bytes from keyRevision in Number select (key, value, keyRevision)).ArrayOf()
        select Sample.Of(id, status, more, revision, records);
}
