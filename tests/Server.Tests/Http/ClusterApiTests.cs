using System.Net.Sockets;
using System.Text;

namespace DEngine.Server.Tests.Http;

public sealed class ClusterApiTests(ServedNode node) : IClassFixture<ServedNode>
{
    [Fact]
    public async Task The_cluster_page_names_members_leader_term_and_progress()
    {
        Answer answer = await node.Get("/cluster");
        Assert.Equal(200, answer.Code);
        Assert.Equal("leader", answer.Field("role").GetString());
        Assert.Equal(node.Id, answer.Field("leader").GetProperty("id").GetUInt32());
        Assert.Equal($"127.0.0.1:{node.Port}", answer.Field("leader").GetProperty("address").GetString());
        Assert.True(answer.Field("commit_index").GetInt64() >= answer.Field("applied_index").GetInt64());
        Assert.Equal("active", answer.Field("members")[0].GetProperty("status").GetString());
        Assert.Equal(0, answer.Field("members")[0].GetProperty("lag").GetInt64());
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/primary", 200)]
    [InlineData("/replica", 503)]
    [InlineData("/nowhere", 404)]
    [InlineData("/put", 405)]
    [InlineData("/watch?key=k", 501)]
    public async Task Pages_answer_with_their_status(string path, int status)
    {
        Answer answer = await node.Get(path);
        Assert.Equal(status, answer.Code);
        Assert.StartsWith("{", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/get", 405)]
    [InlineData("/join", 501)]
    [InlineData("/promote", 501)]
    [InlineData("/remove", 501)]
    [InlineData("/transfer", 409)]
    [InlineData("/replace", 400)]
    public async Task Posts_answer_with_their_status(string path, int status) => Assert.Equal(status, (await node.Post(path, "{}")).Code);

    [Fact]
    public async Task A_replacement_of_who_needs_none_is_a_conflict_with_its_reason()
    {
        await AssertNotReplaced(9, "no node 9 in initial_cluster");
        await AssertNotReplaced(node.Id, $"Node {node.Id} leads");
    }

    private async Task AssertNotReplaced(uint id, string reason)
    {
        Answer answer = await node.Post("/replace", $$"""{"node_id":{{id}}}""");
        Assert.Equal(409, answer.Code);
        Assert.Contains(reason, answer.Field("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transfer_to_nobody_is_a_conflict_with_its_reason()
    {
        Answer answer = await node.Post("/transfer", """{"node_id":9}""");
        Assert.Equal(409, answer.Code);
        Assert.Equal("conflict", answer.Field("error").GetString());
        Assert.Contains("node 9 is not a member", answer.Field("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metrics_page_is_in_Prometheus_form()
    {
        Answer answer = await node.Get("/metrics");
        Assert.Equal(200, answer.Code);
        Assert.Contains("# TYPE dengine_commit_index gauge\n", answer.Body, StringComparison.Ordinal);
        Assert.Contains($"dengine_is_leader{{node_id=\"{node.Id}\"}} 1\n", answer.Body, StringComparison.Ordinal);
        Assert.Contains("# TYPE process_cpu_seconds_total counter\n", answer.Body, StringComparison.Ordinal);
        Assert.All(answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(
            """^(# (HELP|TYPE) [a-zA-Z_:][\w:]* .+|[a-zA-Z_:][\w:]*(\{\w+="([^"\\]|\\.)*"(,\w+="([^"\\]|\\.)*")*\})? [-+0-9.eE]+|.+ NaN)$""", line));
    }

    [Fact]
    public async Task Pipelined_requests_on_one_connection_are_answered_in_order()
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync("127.0.0.1", node.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /primary HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using StreamReader reader = new(tcp.GetStream());
        string all = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(all.IndexOf("alive", StringComparison.Ordinal) < all.IndexOf("\"role\":\"leader\"", StringComparison.Ordinal), all);
    }
}
