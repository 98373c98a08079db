using System.Globalization;
using System.Text.Json;

namespace DEngine.Server.Http;

/// <summary>Who is in the cluster, who leads it, and what load balancers ask.</summary>
internal sealed class ClusterApi(NodeHandle node, RequestLimits limits)
{
    private const string LeaderRole = "leader";
    private const string FollowerRole = "follower";

    public async Task ClusterAsync(HttpContext context)
    {
        _ = new QueryText(context.Request.QueryString.Value);
        EngineStatus status = await node.Require().GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        await ApiResponse.WriteAsync(context, status, static (json, status) => Write(json, status)).ConfigureAwait(false);
    }

    public async Task TransferAsync(HttpContext context)
    {
        RequestBody body = await RequestReader.ReadAsync(
            context, RequestFields.None, RequestFields.NodeId, limits, limits.BodyBytesMax).ConfigureAwait(false);
        uint? target = body.Has(RequestFields.NodeId) ? body.NodeId : null;
        EmbeddedEngine engine = node.Require();
        EngineStatus status = await engine.GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        if (status.Role != LeaderRole)
            throw new ApiException(ApiError.Conflict("only the leader can hand over leadership, and this node is not it; ask the leader", LeaderOf(status)));
        if (target is { } id && status.Members.All(m => m.Id != id))
            throw new ApiException(ApiError.Conflict($"node {id} is not a member; there are: {string.Join(", ", status.Members.Select(m => m.Id))}"));

        try
        {
            await engine.TransferLeadershipAsync(target, context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidRequestException e)
        {
            throw new ApiException(ApiError.Conflict(e.Message));
        }

        EngineStatus after = await engine.GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        await ApiResponse.WriteAsync(context, after, static (json, status) => WriteLeader(json, status)).ConfigureAwait(false);
    }

    /// <summary>An operator's order: a voter whose directory was wiped is replaced by the node that is there now under its number.</summary>
    public async Task ReplaceAsync(HttpContext context)
    {
        RequestBody body = await RequestReader.ReadAsync(
            context, RequestFields.NodeId, RequestFields.NodeId, limits, limits.BodyBytesMax).ConfigureAwait(false);
        EmbeddedEngine engine = node.Require();
        EngineStatus status = await engine.GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        if (status.Role != LeaderRole)
            throw new ApiException(ApiError.Conflict("only the leader can replace a member, and this node is not it; ask the leader", LeaderOf(status)));
        try
        {
            await engine.ReplaceMemberAsync(body.NodeId, context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidRequestException e)
        {
            throw new ApiException(ApiError.Conflict(e.Message));
        }

        await ApiResponse.WriteAsync(context, body.NodeId, static (json, id) => json.WriteNumber("node_id"u8, id)).ConfigureAwait(false);
    }

    /// <summary>An operator's order: this node goes on although acknowledged writes may be lost.</summary>
    public async Task AcceptLossAsync(HttpContext context)
    {
        _ = await RequestReader.ReadAsync(context, RequestFields.None, RequestFields.None, limits, limits.BodyBytesMax).ConfigureAwait(false);
        EmbeddedEngine engine = node.Require();
        if (!await engine.AcceptLossAsync(context.RequestAborted).ConfigureAwait(false))
            throw new ApiException(ApiError.Conflict("this node lacks nothing that it has acknowledged: there is no loss to accept"));
        EngineStatus status = await engine.GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        await ApiResponse.WriteAsync(context, status, static (json, status) =>
        {
            json.WriteNumber("node_id"u8, status.NodeId);
            json.WriteNumber("last_index"u8, status.LastIndex);
        }).ConfigureAwait(false);
    }

    public static Task NotInThisVersion(HttpContext context, string what) =>
        throw new ApiException(ApiError.NotImplemented($"{what} not in this version; see the README for what is"));

    /// <summary>Alive: the process runs and answers. A node that must not run has ended instead.</summary>
    public Task HealthAsync(HttpContext context)
    {
        ThrowIfInDoubt();
        return ApiResponse.WriteAsync(context, 0, static (json, _) => json.WriteString("status"u8, "alive"u8));
    }

    /// <summary>A state that another node contradicts is nothing to send anybody to.</summary>
    private void ThrowIfInDoubt()
    {
        if (node.Engine?.Metrics.DoubtIndex is > 0 and var doubt)
            throw new ApiException(ApiError.NotReady($"what is applied up to entry {doubt} differs from another node, and no majority has decided which is right"));
    }

    /// <summary>Ready: there is a leader, so that requests are answered rather than kept waiting.</summary>
    public async Task ReadyAsync(HttpContext context)
    {
        ThrowIfInDoubt();
        EngineStatus status = await node.RequireReady().GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        if (status.LeaderId is null)
            throw new ApiException(ApiError.NotReady("there is no leader at the moment"));
        await WriteRoleAsync(context, status).ConfigureAwait(false);
    }

    public async Task PrimaryAsync(HttpContext context)
    {
        EngineStatus status = await node.RequireReady().GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        if (status.Role != LeaderRole)
            throw new ApiException(ApiError.NotReady("this node is not the leader") with { Leader = LeaderOf(status) });
        await WriteRoleAsync(context, status).ConfigureAwait(false);
    }

    public async Task ReplicaAsync(HttpContext context)
    {
        EngineStatus status = await node.RequireReady().GetStatusAsync(context.RequestAborted).ConfigureAwait(false);
        if (status.Role != FollowerRole)
            throw new ApiException(ApiError.NotReady($"this node is a {status.Role}, not a follower") with { Leader = LeaderOf(status) });
        await WriteRoleAsync(context, status).ConfigureAwait(false);
    }

    private static Task WriteRoleAsync(HttpContext context, EngineStatus status) =>
        ApiResponse.WriteAsync(context, status, static (json, status) =>
        {
            json.WriteNumber("node_id"u8, status.NodeId);
            json.WriteString("role"u8, status.Role);
            json.WriteNumber("term"u8, status.Term);
        });

    private static void Write(Utf8JsonWriter json, EngineStatus status)
    {
        json.WriteNumber("node_id"u8, status.NodeId);
        json.WriteString("role"u8, status.Role);
        json.WriteNumber("term"u8, status.Term);
        WriteLeader(json, status);
        json.WriteNumber("commit_index"u8, status.CommitIndex);
        json.WriteNumber("applied_index"u8, status.AppliedIndex);
        json.WriteNumber("last_index"u8, status.LastIndex);
        json.WriteNumber("durable_index"u8, status.DurableIndex);
        json.WriteNumber("first_index"u8, status.FirstIndex);
        json.WriteNumber("snapshot_index"u8, status.SnapshotIndex);
        json.WriteString("digest"u8, Hex(status.Digest));
        json.WriteNumber("confirmed_digest_index"u8, status.ConfirmedDigestIndex);
        json.WriteNumber("doubt_index"u8, status.DoubtIndex);
        if (status.Recovering is { } reason) json.WriteString("recovering"u8, reason);
        json.WriteNumber("pending_writes"u8, status.PendingWrites);
        json.WriteNumber("pending_reads"u8, status.PendingReads);
        json.WriteStartArray("members"u8);
        foreach (EngineMember member in status.Members)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, member.Id);
            json.WriteString("address"u8, member.Address);
            json.WriteString("role"u8, member.Role);
            json.WriteString("status"u8, member.Status);
            WriteNumberOrNull(json, "match_index"u8, member.MatchIndex);
            WriteNumberOrNull(json, "lag"u8, member.Lag);
            WriteNumberOrNull(json, "digest_index"u8, member.DigestIndex);
            json.WriteString("digest"u8, member.Digest is { } digest ? Hex(digest) : null);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>As text: many readers of JSON hold numbers of 64 bits for shorter ones.</summary>
    private static string Hex(ulong digest) => digest.ToString("x16", CultureInfo.InvariantCulture);

    private static void WriteNumberOrNull(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } known)
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }

    private static void WriteLeader(Utf8JsonWriter json, EngineStatus status)
    {
        if (LeaderOf(status) is { } leader)
            ApiResponse.WriteLeader(json, leader.NodeId, leader.Address);
        else
            json.WriteNull("leader"u8);
    }

    private static LeaderInfo? LeaderOf(EngineStatus status) =>
        status.LeaderId is { } id ? new LeaderInfo(id, status.Term, status.Members.FirstOrDefault(m => m.Id == id)?.Address ?? "") : null;
}
