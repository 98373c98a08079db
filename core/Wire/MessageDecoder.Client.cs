namespace DEngine.Core;

/// <content>Messages from and to native clients. Two methods, because neither side must accept what only the other may send.</content>
public sealed partial class MessageDecoder
{
    /// <summary>Decodes, on a node, what a native client sent.</summary>
    /// <inheritdoc cref="DecodePeerMessage"/>
    public static DecodeError DecodeClientRequest<THandler>(ReadOnlySpan<byte> frame, ref THandler handler)
        where THandler : struct, IClientRequestHandler, allows ref struct
    {
        DecodeError error = Open(frame, out MessageKind kind, out BodyReader body);
        if (error != DecodeError.None) return error;
        return kind switch
        {
            MessageKind.ClientCommand => OnClientCommand(ref body, ref handler),
            MessageKind.ClientGet => OnClientGet(ref body, ref handler),
            MessageKind.ClientScan => OnClientScan(ref body, ref handler),
            _ => FrameFormat.IsKnown((byte)kind) ? DecodeError.UnexpectedKind : DecodeError.UnknownKind,
        };
    }

    /// <summary>Decodes, in a native client, what a node answered.</summary>
    /// <inheritdoc cref="DecodePeerMessage"/>
    public static DecodeError DecodeClientResponse<THandler>(ReadOnlySpan<byte> frame, ref THandler handler)
        where THandler : struct, IClientResponseHandler, allows ref struct
    {
        DecodeError error = Open(frame, out MessageKind kind, out BodyReader body);
        if (error != DecodeError.None) return error;
        return kind switch
        {
            MessageKind.ClientResult => OnClientResult(ref body, ref handler),
            MessageKind.ClientGetResult => OnClientGetResult(ref body, ref handler),
            MessageKind.ClientScanResult => OnClientScanResult(ref body, ref handler),
            _ => FrameFormat.IsKnown((byte)kind) ? DecodeError.UnexpectedKind : DecodeError.UnknownKind,
        };
    }

    private static DecodeError OnClientCommand<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IClientRequestHandler, allows ref struct
    {
        var message = new ClientCommand(body.UInt64(), body.Enum<EntryKind>());
        ReadOnlySpan<byte> payload = body.Rest();
        body.Require(message.Kind is EntryKind.Command or EntryKind.RegisterSession);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnClientCommand(message, payload);
        return error;
    }

    private static DecodeError OnClientGet<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IClientRequestHandler, allows ref struct
    {
        var message = new ClientGet(body.UInt64(), body.Enum<ReadConsistency>());
        ReadOnlySpan<byte> key = body.Rest();
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnClientGet(message, key);
        return error;
    }

    private static DecodeError OnClientScan<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IClientRequestHandler, allows ref struct
    {
        var message = new ClientScan(body.UInt64(), body.Enum<ReadConsistency>(), body.Int32(min: 1));
        bool hasAfter = body.Boolean();
        uint prefixBytes = body.UInt32();
        ReadOnlySpan<byte> prefix = body.Bytes(prefixBytes);
        ReadOnlySpan<byte> after = body.Rest();
        if (!hasAfter && !after.IsEmpty) body.Fail(DecodeError.TrailingBytes);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnClientScan(message, prefix, hasAfter, after);
        return error;
    }

    private static DecodeError OnClientResult<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IClientResponseHandler, allows ref struct
    {
        var message = new ClientResult(body.UInt64(), body.Enum<CommandStatus>(), new NodeId(body.UInt32()));
        ReadOnlySpan<byte> reply = body.Rest();
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnClientResult(message, reply);
        return error;
    }

    private static DecodeError OnClientGetResult<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IClientResponseHandler, allows ref struct
    {
        var message = new ClientGetResult(body.UInt64(), body.Enum<ReadStatus>(), body.Boolean(), body.Int64(min: 0));
        ReadOnlySpan<byte> value = body.Rest();
        body.Require(message.Found || (value.IsEmpty && message.Revision == 0));
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnClientGetResult(message, value);
        return error;
    }

    private static DecodeError OnClientScanResult<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IClientResponseHandler, allows ref struct
    {
        var message = new ClientScanResult(
            body.UInt64(), body.Enum<ReadStatus>(), body.Boolean(), body.Int64(min: 0), body.Int32(min: 0));
        ReadOnlySpan<byte> records = body.Rest();
        if (body.Failed) return body.Error;
        if (message.Count > records.Length / ScanRecords.RecordHeaderBytes) return DecodeError.Truncated;

        var reader = new BodyReader(records);
        for (int i = 0; i < message.Count; i++) ScanRecords.Read(ref reader);
        DecodeError error = reader.End();
        if (error == DecodeError.None) handler.OnClientScanResult(message, new ScanRecords(records));
        return error;
    }
}
