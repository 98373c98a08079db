using DEngine.Server.Http;

namespace DEngine.Server.Tests.Http;

public sealed class QueryTextTests
{
    [Theory]
    [InlineData("?key=a+b", "61 20 62")]
    [InlineData("?key=%FF%00", "FF 00")]
    [InlineData("?key=é", "C3 A9")]
    [InlineData("?key=😀", "F0 9F 98 80")]
    [InlineData("?key", "")]
    [InlineData("?key==", "3D")]
    [InlineData("?&key=a&", "61")]
    public void A_value_is_bytes(string query, string expected) =>
        Assert.Equal(expected, string.Join(' ', new QueryText(query, "key").Require("key").Select(b => $"{b:X2}")));

    [Theory]
    [InlineData("?key=%")]
    [InlineData("?key=%2")]
    [InlineData("?key=%zz")]
    [InlineData("?key=%+1")]
    [InlineData("?other=1")]
    [InlineData("?key=1&key=1")]
    public void Anything_else_is_refused(string query) => Assert.Throws<ApiException>(() => new QueryText(query, "key"));

    [Fact]
    public void No_query_has_no_parameters() => Assert.Null(new QueryText(null, "key").Find("key"));
}
