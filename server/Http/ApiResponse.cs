using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace DEngine.Server.Http;

/// <summary>Writes answers. The bytes are gathered in a buffer of the thread and handed over whole, with their length, before anything is awaited.</summary>
internal static class ApiResponse
{
    private const string Json = "application/json";
    private const int KeptBufferBytesMax = 1 << 20;

    /// <summary>Answers are never parts of HTML, so letters stay letters.</summary>
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _threadWriter;

    public static Task WriteAsync<TState>(HttpContext context, TState state, Action<Utf8JsonWriter, TState> write) =>
        WriteAsync(context, StatusCodes.Status200OK, state, write);

    public static Task WriteErrorAsync(HttpContext context, ApiError error)
    {
        if (error.IsWorthRetrying)
            context.Response.Headers.RetryAfter = "1";
        return WriteAsync(context, error.Status, error, static (json, error) =>
        {
            json.WriteString("error"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            if (error.Leader is { } leader)
                WriteLeader(json, leader.NodeId, leader.Address);
        });
    }

    public static Task WriteTextAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> text) =>
        Send(context, StatusCodes.Status200OK, contentType, text);

    public static void WriteLeader(Utf8JsonWriter json, uint id, string? address)
    {
        json.WriteStartObject("leader"u8);
        json.WriteNumber("id"u8, id);
        json.WriteString("address"u8, address);
        json.WriteEndObject();
    }

    /// <summary>Text where the bytes are text; otherwise base64, which the caller has to say beside it.</summary>
    public static void WriteBytes(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes, bool asBase64)
    {
        if (asBase64)
            json.WriteBase64String(name, bytes);
        else
            json.WriteString(name, bytes);
    }

    public static bool IsText(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes);

    private static Task WriteAsync<TState>(HttpContext context, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        ArrayBufferWriter<byte> buffer = _threadBuffer ??= new ArrayBufferWriter<byte>(1_024);
        Utf8JsonWriter json = _threadWriter ??= new Utf8JsonWriter(buffer, WriterOptions);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        write(json, state);
        json.WriteEndObject();
        json.Flush();

        Task sent = Send(context, status, Json, buffer.WrittenMemory);
        if (buffer.Capacity > KeptBufferBytesMax)
            (_threadBuffer, _threadWriter) = (null, null);
        return sent;
    }

    private static Task Send(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        // A response to HEAD has the length of a body and no body. Otherwise the bytes are copied before the call returns.
        ValueTask<FlushResult> flushed = response.BodyWriter.WriteAsync(HttpMethods.IsHead(context.Request.Method) ? default : body);
        return flushed.IsCompletedSuccessfully ? Done(flushed) : flushed.AsTask();
    }

    private static Task Done(ValueTask<FlushResult> flushed)
    {
        _ = flushed.Result;
        return Task.CompletedTask;
    }
}
