namespace DEngine.Server.Http;

/// <summary>Everything replicated as one stream of bytes, for a backup.</summary>
internal sealed class SnapshotApi(NodeHandle node)
{
    public async Task SnapshotAsync(HttpContext context)
    {
        _ = new QueryText(context.Request.QueryString.Value);
        EmbeddedEngine engine = node.RequireReady();
        HttpResponse response = context.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.ContentDisposition = "attachment; filename=\"dengine.snap\"";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await engine.WriteSnapshotAsync(response.BodyWriter.AsStream(), context.RequestAborted).ConfigureAwait(false);
    }
}
