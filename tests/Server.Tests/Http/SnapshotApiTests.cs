using System.Net;
using DEngine.Storage;

namespace DEngine.Server.Tests.Http;

public sealed class SnapshotApiTests(ServedNode node) : IClassFixture<ServedNode>
{
    [Fact]
    public async Task A_snapshot_is_whole_and_has_what_was_acknowledged_before()
    {
        Answer put = await node.Post("/put", """{"key":"k","value":"v"}""");
        using HttpResponseMessage response = await node.Client.GetAsync(new Uri("/snapshot", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        SnapshotVerifier verifier = new();
        verifier.Add(await response.Content.ReadAsByteArrayAsync());
        verifier.Complete();
        Assert.Empty(verifier.Damage);
        Assert.True(verifier.Last.Index >= put.Field("revision").GetInt64());
    }

    [Fact]
    public async Task A_snapshot_is_asked_for_by_GET_and_without_parameters()
    {
        Assert.Equal(405, (await node.Post("/snapshot", "{}")).Code);
        Assert.Equal(400, (await node.Get("/snapshot?key=k")).Code);
        using HttpRequestMessage head = new(HttpMethod.Head, new Uri("/snapshot", UriKind.Relative));
        using HttpResponseMessage answer = await node.Client.SendAsync(head);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_cluster_shows_the_digest_of_what_is_applied()
    {
        Answer cluster = await node.Get("/cluster");
        Assert.Matches("^[0-9a-f]{16}$", cluster.Field("digest").GetString());
        Assert.Equal(0, cluster.Field("doubt_index").GetInt64());
        Assert.Equal(cluster.Field("digest").GetString(), cluster.Field("members")[0].GetProperty("digest").GetString());
        Assert.Equal(cluster.Field("applied_index").GetInt64(), cluster.Field("members")[0].GetProperty("digest_index").GetInt64());
    }
}
