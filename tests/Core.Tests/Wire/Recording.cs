namespace DEngine.Core.Tests.Wire;

/// <summary>A decoded message and what travelled beside it, as comparable values.</summary>
internal sealed record Decoded(object Header, string Beside);

/// <summary>Writes down every call of the decoder. Two calls for one frame would show as two records.</summary>
internal readonly struct RecordingHandler() : IPeerMessageHandler, IClientRequestHandler, IClientResponseHandler
{
    public List<Decoded> Calls { get; } = [];

    /// <summary>The entries of all append requests, kept beyond the call as a log would.</summary>
    public List<Entry> Entries { get; } = [];

    public static string Describe(ReadOnlySpan<Entry> entries)
    {
        var text = new System.Text.StringBuilder();
        foreach (Entry entry in entries) text.Append($"{entry.Position}/{entry.Kind}/{Convert.ToHexString(entry.Payload.Span)};");
        return text.ToString();
    }

    public static string DescribeScan(ReadOnlySpan<byte> prefix, bool hasAfter, ReadOnlySpan<byte> after) =>
        $"{Convert.ToHexString(prefix)} after {(hasAfter ? Convert.ToHexString(after) : "none")}";

    public static string DescribeRecord(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long revision) =>
        $"{Convert.ToHexString(key)}={Convert.ToHexString(value)}@{revision};";

    public void OnPreVoteRequest(in PreVoteRequest message) => Add(message);

    public void OnPreVoteResponse(in PreVoteResponse message) => Add(message);

    public void OnVoteRequest(in VoteRequest message) => Add(message);

    public void OnVoteResponse(in VoteResponse message) => Add(message);

    public void OnTimeoutNow(in TimeoutNow message) => Add(message);

    public void OnStaleTerm(in StaleTerm message) => Add(message);

    public void OnAppendRequest(in AppendRequest message, ReadOnlySpan<Entry> entries)
    {
        Entries.AddRange(entries);
        Add(message, Describe(entries));
    }

    public void OnAppendAccepted(in AppendAccepted message) => Add(message);

    public void OnAppendRejected(in AppendRejected message) => Add(message);

    public void OnHeartbeat(in Heartbeat message) => Add(message);

    public void OnHeartbeatResponse(in HeartbeatResponse message) => Add(message);

    public void OnSnapshotChunk(in SnapshotChunk message, ReadOnlySpan<byte> bytes) => Add(message, Convert.ToHexString(bytes));

    public void OnSnapshotProgress(in SnapshotProgress message) => Add(message);

    public void OnDigestNotice(in DigestNotice message) => Add(message);

    public void OnDigestReport(in DigestReport message) => Add(message);

    public void OnRecoveryNotice(in RecoveryNotice message) => Add(message);

    public void OnIdentityNotice(in IdentityNotice message) => Add(message);

    public void OnFillRequest(in FillRequest message) => Add(message);

    public void OnFillAnswer(in FillAnswer message, ReadOnlySpan<Entry> entries)
    {
        Entries.AddRange(entries);
        Add(message, Describe(entries));
    }

    public void OnReadIndexRequest(in ReadIndexRequest message) => Add(message);

    public void OnReadIndexResponse(in ReadIndexResponse message) => Add(message);

    public void OnForwardedCommand(in ForwardedCommand message, ReadOnlySpan<byte> payload) => Add(message, Convert.ToHexString(payload));

    public void OnForwardedResult(in ForwardedResult message, ReadOnlySpan<byte> reply) => Add(message, Convert.ToHexString(reply));

    public void OnClientCommand(in ClientCommand message, ReadOnlySpan<byte> payload) => Add(message, Convert.ToHexString(payload));

    public void OnClientGet(in ClientGet message, ReadOnlySpan<byte> key) => Add(message, Convert.ToHexString(key));

    public void OnClientScan(in ClientScan message, ReadOnlySpan<byte> prefix, bool hasAfter, ReadOnlySpan<byte> after) =>
        Add(message, DescribeScan(prefix, hasAfter, after));

    public void OnClientResult(in ClientResult message, ReadOnlySpan<byte> reply) => Add(message, Convert.ToHexString(reply));

    public void OnClientGetResult(in ClientGetResult message, ReadOnlySpan<byte> value) => Add(message, Convert.ToHexString(value));

    public void OnClientScanResult(in ClientScanResult message, ScanRecords records)
    {
        string text = "";
        foreach (ScanRecord record in records) text += DescribeRecord(record.Key, record.Value, record.Revision);
        Add(message, text);
    }

    private void Add(object header, string beside = "") => Calls.Add(new Decoded(header, beside));
}

/// <summary>Decodes with whichever of the three methods the kind belongs to.</summary>
internal static class AnyDecoder
{
    public static bool IsClientRequest(MessageKind kind) =>
        kind is MessageKind.ClientCommand or MessageKind.ClientGet or MessageKind.ClientScan;

    public static bool IsClientResponse(MessageKind kind) =>
        kind is MessageKind.ClientResult or MessageKind.ClientGetResult or MessageKind.ClientScanResult;

    public static DecodeError Decode(this MessageDecoder decoder, ReadOnlySpan<byte> frame, ref RecordingHandler handler)
    {
        MessageKind kind = frame.Length > FrameFormat.KindOffset ? (MessageKind)frame[FrameFormat.KindOffset] : default;
        if (IsClientRequest(kind)) return MessageDecoder.DecodeClientRequest(frame, ref handler);
        return IsClientResponse(kind)
            ? MessageDecoder.DecodeClientResponse(frame, ref handler)
            : decoder.DecodePeerMessage(frame, ref handler);
    }
}
