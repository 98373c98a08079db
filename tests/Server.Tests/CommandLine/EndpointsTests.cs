using DEngine.Configuration;
using DEngine.Server.CommandLine;

namespace DEngine.Server.Tests.CommandLine;

public sealed class EndpointsTests
{
    [Theory]
    [InlineData("127.0.0.1:9081,9082,9083", "127.0.0.1:9081 127.0.0.1:9082 127.0.0.1:9083")]
    [InlineData("a:1, b:2 ,3", "a:1 b:2 b:3")]
    [InlineData("[::1]:1,2", "[::1]:1 [::1]:2")]
    public void A_port_alone_has_the_host_of_the_one_before(string text, string expected)
    {
        Assert.True(Endpoints.TryParse(text, out IReadOnlyList<NodeAddress>? endpoints, out _));
        Assert.Equal(expected, string.Join(' ', endpoints));
    }

    [Theory]
    [InlineData("")]
    [InlineData("9081")]
    [InlineData("a:1,70000")]
    [InlineData("a")]
    public void Anything_else_is_a_mistake(string text) => Assert.False(Endpoints.TryParse(text, out _, out _));
}
