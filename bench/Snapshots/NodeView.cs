using System.Text.Json;

namespace DEngine.Bench;

/// <summary>What <c>GET /cluster</c> of a node says of itself.</summary>
internal sealed record NodeView(long FirstIndex, long CommitIndex, long AppliedIndex, long SnapshotIndex, bool Leads)
{
    /// <summary>Null: it does not answer.</summary>
    public static async Task<NodeView?> AskAsync(HttpClient http, string endpoint, CancellationToken cancellation)
    {
        try
        {
            using JsonDocument answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://{endpoint}/cluster"), cancellation));
            JsonElement root = answer.RootElement;
            return new NodeView(
                Number(root, "first_index"), Number(root, "commit_index"), Number(root, "applied_index"), Number(root, "snapshot_index"),
                root.GetProperty("role").GetString() == "leader");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static long Number(JsonElement root, string name) => root.GetProperty(name).GetInt64();
}
