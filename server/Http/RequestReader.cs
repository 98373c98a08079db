using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace DEngine.Server.Http;

/// <summary>
/// Reads bodies strictly: one JSON object, known fields only, each at most once and of the right kind. The content type is not looked at, so that a plain
/// <c>curl -d</c> works.
/// </summary>
internal static class RequestReader
{
    private static readonly (RequestFields Field, string Name)[] Names =
    [
        (RequestFields.Key, "key"),
        (RequestFields.Value, "value"),
        (RequestFields.Expected, "expected"),
        (RequestFields.Encoding, "encoding"),
        (RequestFields.TtlSecs, "ttl_secs"),
        (RequestFields.NodeId, "node_id"),
        (RequestFields.Address, "address"),
    ];

    /// <exception cref="ApiException">The body is not what the request needs; nothing was done.</exception>
    public static async ValueTask<RequestBody> ReadAsync(
        HttpContext context, RequestFields required, RequestFields optional, RequestLimits limits, long bytesMax)
    {
        if (context.Request.ContentLength > bytesMax)
            throw TooLarge(bytesMax);

        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            bool isTooLarge = read.Buffer.Length > bytesMax;
            if (!isTooLarge && !read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return isTooLarge ? throw TooLarge(bytesMax) : Parse(read.Buffer, required, required | optional, limits);
            }
            finally
            {
                reader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    /// <summary>The same for bytes at hand. The result keeps nothing of the buffer.</summary>
    public static RequestBody Parse(ReadOnlySequence<byte> json, RequestFields required, RequestFields allowed, RequestLimits limits)
    {
        if (json.IsEmpty)
        {
            return required == RequestFields.None
                ? new RequestBody()
                : throw Invalid($"the body is empty; expected {Show(allowed)}");
        }

        RequestBody body;
        try
        {
            body = ParseObject(json, allowed);
        }
        catch (JsonException e)
        {
            throw Invalid($"the body is not JSON at line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}: {FirstSentence(e.Message)}; "
                + $"expected {Show(allowed)}");
        }

        RequestFields missing = required & ~body.Given;
        if (missing != RequestFields.None)
            throw Invalid($"{NameOf(missing)} is missing; expected {Show(allowed)}");
        Judge(body, limits);
        return body;
    }

    private static RequestBody ParseObject(ReadOnlySequence<byte> json, RequestFields allowed)
    {
        Utf8JsonReader reader = new(json);
        RequestBody body = new();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Invalid($"the body is not a JSON object; expected {Show(allowed)}");

        TextSlots texts = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            RequestFields field = FieldOf(ref reader, allowed);
            if (body.Has(field))
                throw Invalid($"{NameOf(field)} is given twice");
            body.Given |= field;
            _ = reader.Read();
            ReadField(ref reader, field, body, ref texts);
        }
        _ = reader.Read();

        body.Value = Decode(texts.Value, RequestFields.Value, body.IsBase64);
        // Not as one expression: a null array would turn into an empty, and present, expectation.
        if (texts.Expected is { } expected)
            body.Expected = Decode(expected, RequestFields.Expected, body.IsBase64);
        return body;
    }

    private static void ReadField(ref Utf8JsonReader reader, RequestFields field, RequestBody body, ref TextSlots texts)
    {
        switch (field)
        {
            case RequestFields.Key:
                body.Key = Text(ref reader, field);
                break;
            case RequestFields.Value:
                texts.Value = Text(ref reader, field);
                break;
            case RequestFields.Expected:
                texts.Expected = reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, field);
                break;
            case RequestFields.Encoding:
                body.IsBase64 = ReadEncoding(ref reader);
                break;
            case RequestFields.NodeId:
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt32(out uint id) || id == 0)
                    throw Invalid("node_id is a number from 1 to 4294967295");
                body.NodeId = id;
                break;
            case RequestFields.TtlSecs:
                throw Invalid("ttl_secs: keys that expire are not in this version; leave it out and delete the key yourself");
            case RequestFields.Address:
                _ = Text(ref reader, field);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(field), field, "no such field");
        }
    }

    private static RequestFields FieldOf(ref Utf8JsonReader reader, RequestFields allowed)
    {
        foreach ((RequestFields field, string name) in Names)
        {
            if ((allowed & field) != 0 && reader.ValueTextEquals(name))
                return field;
        }
        string given = System.Text.Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        throw Invalid($"\"{(given.Length > 64 ? given[..64] + "…" : given)}\" is not a field of this request; expected {Show(allowed)}");
    }

    private static byte[] Text(ref Utf8JsonReader reader, RequestFields field)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Invalid($"{NameOf(field)} is a string");

        byte[] text = new byte[reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length];
        int length;
        try
        {
            length = reader.CopyString(text);
        }
        catch (InvalidOperationException)
        {
            throw Invalid($"{NameOf(field)} is not well-formed Unicode");
        }

        if (!Utf8.IsValid(text.AsSpan(0, length)))
            throw Invalid($"{NameOf(field)} is not well-formed UTF-8; bytes travel as base64 with \"encoding\":\"base64\"");
        return length == text.Length ? text : text[..length];
    }

    private static bool ReadEncoding(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("base64"u8))
                return true;
            if (reader.ValueTextEquals("utf8"u8))
                return false;
        }
        throw Invalid("encoding is \"utf8\" or \"base64\"");
    }

    private static byte[] Decode(byte[]? text, RequestFields field, bool isBase64)
    {
        if (text is null || !isBase64)
            return text ?? [];

        byte[] bytes = new byte[System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(text, bytes, out int read, out int written) != OperationStatus.Done || read != text.Length)
            throw Invalid($"{NameOf(field)} is not base64");
        return written == bytes.Length ? bytes : bytes[..written];
    }

    private static void Judge(RequestBody body, RequestLimits limits)
    {
        if (body.Has(RequestFields.Key))
            JudgeKey(body.Key.Length, limits);
        if (body.Value.Length > limits.ValueBytesMax)
            throw TooLarge($"value has {body.Value.Length} bytes; at most {limits.ValueBytesMax} are allowed");
        if (body.Expected is { } expected && expected.Length > limits.ValueBytesMax)
            throw TooLarge($"expected has {expected.Length} bytes; at most {limits.ValueBytesMax} are allowed");
    }

    public static void JudgeKey(int bytes, RequestLimits limits)
    {
        if (bytes == 0)
            throw Invalid("the key is empty; a key has at least one byte");
        if (bytes > limits.KeyBytesMax)
            throw TooLarge($"the key has {bytes} bytes; at most {limits.KeyBytesMax} are allowed");
    }

    private static string Show(RequestFields fields) =>
        "{" + string.Join(", ", Names.Where(n => (fields & n.Field) != 0 && n.Field != RequestFields.TtlSecs).Select(n => $"\"{n.Name}\"")) + "}";

    /// <summary>Of several, the first.</summary>
    private static string NameOf(RequestFields fields) => Names.First(n => (fields & n.Field) != 0).Name;

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }

    private static ApiException Invalid(string message) => new(ApiError.InvalidRequest(message));

    private static ApiException TooLarge(string message) => new(ApiError.TooLarge(message));

    private static ApiException TooLarge(long bytesMax) => TooLarge($"the body is larger than {bytesMax} bytes");

    /// <summary>What is text or base64, which only the whole body tells.</summary>
    private struct TextSlots
    {
        public byte[]? Value;
        public byte[]? Expected;
    }
}
