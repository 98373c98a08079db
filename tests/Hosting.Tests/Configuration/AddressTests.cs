using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Configuration;

public sealed class AddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9081", "127.0.0.1", 9081, true)]
    [InlineData("127.8.8.8:1", "127.8.8.8", 1, true)]
    [InlineData("0.0.0.0:65535", "0.0.0.0", 65535, false)]
    [InlineData("localhost:80", "localhost", 80, true)]
    [InlineData("LocalHost:80", "localhost", 80, true)]
    [InlineData("node-1.example.org:9081", "node-1.example.org", 9081, false)]
    [InlineData("node_1:9081", "node_1", 9081, false)]
    [InlineData("1node:9081", "1node", 9081, false)]
    [InlineData("[::1]:9081", "::1", 9081, true)]
    [InlineData("[::]:9081", "::", 9081, false)]
    [InlineData("[2001:DB8:0::1]:9081", "2001:db8::1", 9081, false)]
    public void An_address_has_a_host_and_a_port(string text, string host, int port, bool isLoopback)
    {
        Assert.True(NodeAddress.TryParse(text, out NodeAddress address));
        Assert.Equal(new NodeAddress(host, port), address);
        Assert.Equal(isLoopback, address.IsLoopback);
        Assert.True(NodeAddress.TryParse(address.ToString(), out NodeAddress again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":9081")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:+80")]
    [InlineData("127.0.0.1: 80")]
    [InlineData("127.0.0.1:000080")]
    [InlineData("127.0.0.1:80 ")]
    [InlineData(" 127.0.0.1:80")]
    [InlineData("127.0.0:80")]
    [InlineData("127.0.0.256:80")]
    [InlineData("127.0.0.01:80")]
    [InlineData("1:80")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[]:80")]
    [InlineData("a..b:80")]
    [InlineData("-a:80")]
    [InlineData("a-:80")]
    [InlineData("a b:80")]
    [InlineData("http://a:80")]
    [InlineData("é:80")]
    public void Anything_else_is_none(string? text) => Assert.False(NodeAddress.TryParse(text, out _));
}
