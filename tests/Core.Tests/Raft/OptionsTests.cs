namespace DEngine.Core.Tests.Raft;

public sealed class OptionsTests
{
    public static TheoryData<string, RaftOptions> OutOfRange => new()
    {
        { "ElectionTimeoutMin", new RaftOptions { ElectionTimeoutMin = TimeSpan.Zero } },
        { "ElectionTimeoutMax", new RaftOptions { ElectionTimeoutMax = TimeSpan.FromMilliseconds(1000) } },
        { "HeartbeatInterval", new RaftOptions { HeartbeatInterval = TimeSpan.Zero } },
        { "HeartbeatInterval", new RaftOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(500) } },
        { "LeaseDuration", new RaftOptions { LeaseDuration = TimeSpan.FromMilliseconds(1000) } },
        { "LeaseDuration", new RaftOptions { LeaseDuration = TimeSpan.FromMilliseconds(905) } },
        { "AppendEntriesMax", new RaftOptions { AppendEntriesMax = 0 } },
        { "AppendBytesMax", new RaftOptions { AppendBytesMax = 0 } },
        { "InflightMessagesMax", new RaftOptions { InflightMessagesMax = 0 } },
        { "InflightBytesMax", new RaftOptions { InflightBytesMax = 0 } },
    };

    /// <summary>BUGS E15, R10.</summary>
    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_range_is_named(string option, RaftOptions options) =>
        Assert.Equal(option, Assert.Throws<ArgumentException>(options.Validate).ParamName);

    [Fact]
    public void The_defaults_and_the_edges_are_allowed()
    {
        new RaftOptions().Validate();
        new RaftOptions
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(499),
            LeaseDuration = TimeSpan.FromMilliseconds(904),
            ElectionTimeoutMax = TimeSpan.FromMilliseconds(1001),
            AppendEntriesMax = 1,
            AppendBytesMax = 1,
            InflightMessagesMax = 1,
            InflightBytesMax = 1,
        }.Validate();
    }
}
