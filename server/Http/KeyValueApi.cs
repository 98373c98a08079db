using System.Buffers.Text;
using System.Text.Json;
using DEngine.Configuration;
using DEngine.Core;

namespace DEngine.Server.Http;

/// <summary>Keys and values over HTTP. Every node answers; the engine forwards to the leader what only the leader can do.</summary>
internal sealed class KeyValueApi(NodeHandle node, RequestLimits limits, ReadConsistencyOptions reads)
{
    private const int ScanLimitDefault = 100;
    private const int ScanLimitMax = 10_000;

    public async Task PutAsync(HttpContext context)
    {
        const RequestFields required = RequestFields.Key | RequestFields.Value;
        const RequestFields optional = RequestFields.Encoding | RequestFields.TtlSecs;
        RequestBody body = await RequestReader.ReadAsync(context, required, optional, limits, limits.BodyBytesMax).ConfigureAwait(false);
        long revision = await node.Require().Client.PutAsync(body.Key, body.Value, context.RequestAborted).ConfigureAwait(false);
        await ApiResponse.WriteAsync(context, revision, static (json, revision) => json.WriteNumber("revision"u8, revision)).ConfigureAwait(false);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        RequestBody body = await RequestReader.ReadAsync(
            context, RequestFields.Key, RequestFields.None, limits, limits.BodyBytesMax).ConfigureAwait(false);
        ConditionalResult result = await node.Require().Client.DeleteAsync(body.Key, context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context, result).ConfigureAwait(false);
    }

    public async Task SwapAsync(HttpContext context)
    {
        const RequestFields required = RequestFields.Key | RequestFields.Expected | RequestFields.Value;
        RequestBody body = await RequestReader.ReadAsync(context, required, RequestFields.Encoding, limits, limits.SwapBodyBytesMax).ConfigureAwait(false);
        ConditionalResult result =
            await node.Require().Client.CompareAndSwapAsync(body.Key, body.Expected, body.Value, context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context, result).ConfigureAwait(false);
    }

    public async Task GetAsync(HttpContext context)
    {
        QueryText query = new(context.Request.QueryString.Value, "key", "consistency", "encoding");
        byte[] key = query.Require("key");
        RequestReader.JudgeKey(key.Length, limits);
        bool wantsBase64 = WantsBase64(query);
        KeyValueEntry? found = await node.Require().Client.GetAsync(key, Consistency(query), context.RequestAborted).ConfigureAwait(false);
        if (found is not { } entry)
            throw new ApiException(ApiError.KeyNotFound());

        await ApiResponse.WriteAsync(
            context, (entry, wantsBase64), static (json, read) => WriteEntry(json, read.entry, read.wantsBase64)).ConfigureAwait(false);
    }

    public async Task ScanAsync(HttpContext context)
    {
        QueryText query = new(context.Request.QueryString.Value, "prefix", "limit", "after", "consistency", "encoding");
        int limit = Limit(query);
        bool wantsBase64 = WantsBase64(query);
        byte[] prefix = query.Find("prefix") ?? [];
        ReadOnlyMemory<byte>? after = query.Find("after") is { } key ? new ReadOnlyMemory<byte>(key) : null;
        ScanPage page = await node.Require().Client.ScanAsync(prefix, after, limit, Consistency(query), context.RequestAborted).ConfigureAwait(false);
        await ApiResponse.WriteAsync(context, (page, wantsBase64), static (json, found) =>
        {
            json.WriteStartArray("entries"u8);
            foreach (KeyValueEntry entry in found.page.Entries)
            {
                json.WriteStartObject();
                WriteEntry(json, entry, found.wantsBase64);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("revision"u8, found.page.Revision);
            json.WriteBoolean("more"u8, found.page.More);
        }).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, ConditionalResult result) =>
        ApiResponse.WriteAsync(context, result, static (json, result) =>
        {
            json.WriteBoolean("succeeded"u8, result.Succeeded);
            json.WriteNumber("revision"u8, result.Revision);
        });

    private static void WriteEntry(Utf8JsonWriter json, KeyValueEntry entry, bool wantsBase64)
    {
        ReadOnlySpan<byte> key = entry.Key.Span;
        bool keyAsBase64 = !ApiResponse.IsText(key);
        bool valueAsBase64 = wantsBase64 || !ApiResponse.IsText(entry.Value.Span);
        ApiResponse.WriteBytes(json, "key"u8, key, keyAsBase64);
        if (keyAsBase64)
            json.WriteString("key_encoding"u8, "base64"u8);
        ApiResponse.WriteBytes(json, "value"u8, entry.Value.Span, valueAsBase64);
        if (valueAsBase64)
            json.WriteString("encoding"u8, "base64"u8);
        json.WriteNumber("revision"u8, entry.Revision);
    }

    /// <summary>Null: as configured.</summary>
    private ReadConsistency? Consistency(QueryText query)
    {
        if (query.FindText("consistency") is not { } text)
            return null;
        if (!ConsistencyNames.TryParse(text, out ReadConsistency consistency))
            throw Invalid($"consistency is {ConsistencyNames.Allowed}, not \"{text}\"");
        if (!reads.AllowClientOverride && consistency != DefaultOf(reads.DefaultPolicy))
            throw Invalid($"this node reads with {reads.DefaultPolicy} only (raft.read_consistency.allow_client_override); leave consistency out");
        return consistency;
    }

    private static ReadConsistency DefaultOf(ReadPolicy policy) => policy switch
    {
        ReadPolicy.LinearizableRead => ReadConsistency.Linearizable,
        ReadPolicy.LeaseRead => ReadConsistency.Lease,
        ReadPolicy.EventualConsistency => ReadConsistency.Eventual,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "no such policy"),
    };

    private static bool WantsBase64(QueryText query) => query.FindText("encoding") switch
    {
        null or "utf8" => false,
        "base64" => true,
        { } other => throw Invalid($"encoding is utf8 or base64, not \"{other}\""),
    };

    private static int Limit(QueryText query)
    {
        if (query.Find("limit") is not { } text)
            return ScanLimitDefault;
        return Utf8Parser.TryParse(text, out int limit, out int read) && read == text.Length && limit is >= 1 and <= ScanLimitMax
            ? limit
            : throw Invalid($"limit is a number from 1 to {ScanLimitMax}");
    }

    private static ApiException Invalid(string message) => new(ApiError.InvalidRequest(message));
}
