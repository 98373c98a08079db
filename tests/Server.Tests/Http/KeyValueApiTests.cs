using System.Text.Json;

namespace DEngine.Server.Tests.Http;

public sealed class KeyValueApiTests(ServedNode node) : IClassFixture<ServedNode>
{
    [Fact]
    public async Task A_put_answers_with_its_revision_and_a_get_gives_the_value_back()
    {
        Answer put = await node.Post("/put", """{"key": "test-key", "value": "grüß ☺"}""");
        Assert.Equal(200, put.Code);
        long revision = put.Field("revision").GetInt64();
        Assert.Equal($$"""{"key":"test-key","value":"grüß ☺","revision":{{revision}}}""", (await node.Get("/get?key=test-key")).Body);
    }

    [Theory]
    [InlineData("linearizable")]
    [InlineData("lease")]
    [InlineData("eventual")]
    public async Task Every_consistency_can_be_asked_for(string consistency)
    {
        await node.Post("/put", """{"key":"c","value":"v"}""");
        Assert.Equal("v", (await node.Get($"/get?key=c&consistency={consistency}")).Field("value").GetString());
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_404_key_not_found()
    {
        Answer answer = await node.Get("/get?key=nobody-wrote-this");
        Assert.Equal(404, answer.Code);
        Assert.Equal("key_not_found", answer.Field("error").GetString());
    }

    [Fact]
    public async Task A_delete_succeeds_once()
    {
        await node.Post("/put", """{"key":"d","value":"v"}""");
        Assert.True((await node.Post("/delete", """{"key":"d"}""")).Field("succeeded").GetBoolean());
        Assert.False((await node.Post("/delete", """{"key":"d"}""")).Field("succeeded").GetBoolean());
        Assert.Equal(404, (await node.Get("/get?key=d")).Code);
    }

    [Fact]
    public async Task A_swap_compares_first_and_null_means_that_there_must_be_none()
    {
        Assert.True((await node.Post("/cas", """{"key":"s","expected":null,"value":"1"}""")).Field("succeeded").GetBoolean());
        Assert.False((await node.Post("/cas", """{"key":"s","expected":null,"value":"2"}""")).Field("succeeded").GetBoolean());
        Assert.False((await node.Post("/cas", """{"key":"s","expected":"0","value":"2"}""")).Field("succeeded").GetBoolean());
        Assert.True((await node.Post("/cas", """{"key":"s","expected":"1","value":"2"}""")).Field("succeeded").GetBoolean());
        Assert.Equal("2", (await node.Get("/get?key=s")).Field("value").GetString());
    }

    [Fact]
    public async Task A_scan_goes_on_where_the_page_before_ended()
    {
        foreach (string key in new[] { "p/1", "p/2", "p/3", "q/1" }) await node.Post("/put", $$"""{"key":"{{key}}","value":"v"}""");
        Answer first = await node.Get("/scan?prefix=p/&limit=2");
        Assert.Equal(["p/1", "p/2"], Keys(first));
        Assert.True(first.Field("more").GetBoolean());
        Answer second = await node.Get("/scan?prefix=p/&limit=2&after=p/2");
        Assert.Equal(["p/3"], Keys(second));
        Assert.False(second.Field("more").GetBoolean());
    }

    [Fact]
    public async Task Bytes_travel_as_base64_both_ways()
    {
        await node.Post("/put", """{"key":"b","value":"/wA=","encoding":"base64"}""");
        Answer read = await node.Get("/get?key=b");
        Assert.Equal("/wA=", read.Field("value").GetString());
        Assert.Equal("base64", read.Field("encoding").GetString());
        Assert.True((await node.Post("/cas", """{"key":"b","expected":"/wA=","value":"YQ==","encoding":"base64"}""")).Field("succeeded").GetBoolean());
        Assert.Equal("a", (await node.Get("/get?key=b")).Field("value").GetString());
        Assert.Equal("YQ==", (await node.Get("/get?key=b&encoding=base64")).Field("value").GetString());
    }

    [Fact]
    public async Task A_key_in_a_query_is_decoded_to_its_bytes()
    {
        await node.Post("/put", """{"key":"a b&c=d%","value":"v"}""");
        Assert.Equal(200, (await node.Get("/get?key=a+b%26c%3Dd%25")).Code);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"key":"k" "value":"v"}""", "line 1, byte 12")]
    [InlineData("{\"key\":\"k\",\n\"value\":v}", "line 2, byte 9")]
    [InlineData("""{"key":"k","value":"v"}x""", "line 1")]
    [InlineData("""{"key":"k","vale":"v"}""", "\"vale\" is not a field of this request; expected {\"key\", \"value\", \"encoding\"}")]
    [InlineData("""{"key":"k"}""", "value is missing")]
    [InlineData("""{"value":"v"}""", "key is missing")]
    [InlineData("""{"key":"","value":"v"}""", "key is empty")]
    [InlineData("""{"key":"k","key":"k","value":"v"}""", "key is given twice")]
    [InlineData("""{"key":1,"value":"v"}""", "key is a string")]
    [InlineData("""{"key":"k","value":{"a":1}}""", "value is a string")]
    [InlineData("""{"key":"\ud800","value":"v"}""", "not well-formed")]
    [InlineData("""{"key":"k","value":"*","encoding":"base64"}""", "not base64")]
    [InlineData("""{"key":"k","value":"v","encoding":"hex"}""", "encoding is")]
    [InlineData("""{"key":"k","value":"v","ttl_secs":60}""", "not in this version")]
    public async Task A_body_that_is_wrong_is_told_what_is_wrong(string body, string expected)
    {
        Answer answer = await node.Post("/put", body);
        Assert.Equal(400, answer.Code);
        Assert.Equal("invalid_request", answer.Field("error").GetString());
        Assert.Contains(expected, answer.Field("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        Answer answer = await node.Post("/put", [.. "{\"key\":\""u8, 0xFF, .. "\",\"value\":\"v\"}"u8]);
        Assert.Equal(400, answer.Code);
    }

    [Theory]
    [InlineData("/get", "key is missing")]
    [InlineData("/get?key=", "key is empty")]
    [InlineData("/get?key=k&key=k", "given twice")]
    [InlineData("/get?kex=k", "\"kex\" is not a parameter")]
    [InlineData("/get?key=k&consistency=strong", "linearizable, lease or eventual")]
    [InlineData("/scan?limit=0", "1 to 10000")]
    [InlineData("/scan?limit=ten", "1 to 10000")]
    public async Task A_query_that_is_wrong_is_told_what_is_wrong(string query, string expected)
    {
        Answer answer = await node.Get(query);
        Assert.Equal(400, answer.Code);
        Assert.Contains(expected, answer.Field("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_key_and_value_are_taken_and_one_byte_more_is_too_large()
    {
        string key = new('k', 4_096);
        string value = new('\n', 1 << 20);
        Assert.Equal(200, (await node.Post("/put", Body(key, value))).Code);
        await AssertTooLarge(Body(key + "k", "v"));
        await AssertTooLarge(Body("k", value + "\n"));
        Assert.Equal(200, (await node.Post("/cas", JsonSerializer.Serialize(new { key, expected = value, value }))).Code);
    }

    [Fact]
    public async Task A_huge_body_is_refused_unread_and_disturbs_nothing()
    {
        byte[] huge = new byte[100 << 20];
        long before = GC.GetTotalAllocatedBytes();
        try
        {
            Assert.Equal(413, (await node.Post("/put", huge)).Code);
        }
        catch (HttpRequestException)
        {
            // The connection may be cut before a sender that does not listen has read the answer.
        }
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50 << 20);
        Assert.Equal(200, (await node.Post("/put", Body("after", "v"))).Code);
    }

    private async Task AssertTooLarge(string body)
    {
        Answer answer = await node.Post("/put", body);
        Assert.Equal(413, answer.Code);
        Assert.Equal("too_large", answer.Field("error").GetString());
    }

    private static string Body(string key, string value) => JsonSerializer.Serialize(new { key, value });

    private static IEnumerable<string?> Keys(Answer scan) => scan.Field("entries").EnumerateArray().Select(e => e.GetProperty("key").GetString());
}
