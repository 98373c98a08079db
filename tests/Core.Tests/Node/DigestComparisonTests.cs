namespace DEngine.Core.Tests;

/// <summary>What nodes do about a state that differs (S2).</summary>
public sealed class DigestComparisonTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Where_nothing_is_wrong_everything_is_confirmed_and_nobody_doubts(int nodes)
    {
        var cluster = new ComparedCluster(nodes);
        for (int i = 0; i < 20; i++) cluster.Put($"k{i % 3}", $"{i}");
        cluster.Run(LongEnough);
        Assert.Empty(cluster.Stopped);
        foreach (ComparedCluster.Member member in (ComparedCluster.Member[])[cluster.Leader, .. cluster.Followers])
        {
            Assert.Equal(0, member.Doubts);
            Assert.Equal(cluster.Leader.Node.Digest, member.Node.Digest);
            if (nodes > 1) Assert.Equal(cluster.Leader.Node.AppliedIndex, member.Node.ConfirmedDigestIndex);
        }

        foreach (ComparedCluster.Member follower in cluster.Followers)
        {
            Assert.True(cluster.Leader.Node.TryGetReportedDigest(follower.Node.Id, out long index, out ulong digest));
            Assert.Equal((cluster.Leader.Node.AppliedIndex, cluster.Leader.Node.Digest), (index, digest));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_follower_that_differs_from_a_majority_stops(int nodes)
    {
        var cluster = new ComparedCluster(nodes);
        cluster.Put("k", "1");
        ComparedCluster.Member wrong = cluster.Followers[0];
        wrong.Turn("k");
        cluster.Put("k", "2");
        cluster.Run(LongEnough);
        (NodeId node, StateDivergedException reason) = Assert.Single(cluster.Stopped);
        Assert.Equal(wrong.Node.Id, node);
        Assert.Contains("its state is wrong", reason.Message, StringComparison.Ordinal);
        cluster.Put("k", "3");
        Assert.Equal(CommandStatus.Applied, cluster.Leader.Commands[^1]);
        Assert.Equal(0, cluster.Leader.Node.DoubtIndex);
    }

    [Fact]
    public void A_leader_that_differs_from_a_majority_stops_and_another_takes_over()
    {
        var cluster = new ComparedCluster(3);
        cluster.Put("k", "1");
        AssertLeaderStops(cluster);
        cluster.Put("k", "3");
        Assert.Equal(CommandStatus.Applied, cluster.Leader.Commands[^1]);
        Assert.All(cluster.Followers, follower => Assert.Equal(0, follower.Node.DoubtIndex));
    }

    private static void AssertLeaderStops(ComparedCluster cluster)
    {
        ComparedCluster.Member wrong = cluster.Leader;
        wrong.Turn("k");
        cluster.Put("k", "2");
        cluster.RunUntil(() => wrong.HasStopped);
        cluster.RunUntil(() => cluster.Leader is not null);
        cluster.Run(LongEnough);
        Assert.Equal(wrong.Node.Id, Assert.Single(cluster.Stopped).Node);
    }

    /// <summary>Seed 21352: the leader had forgotten the digest it wanted to ask about, and asked nothing until the next 1,024 entries were full.</summary>
    [Theory]
    [InlineData(AppliedDigests.Spacing - 1)]
    [InlineData(AppliedDigests.Spacing)]
    [InlineData(AppliedDigests.Spacing + 1)]
    [InlineData((3 * AppliedDigests.Spacing) + 500)]
    public void Who_leads_behind_a_snapshot_compares_what_has_been_applied_since(long entries)
    {
        var cluster = new ComparedCluster(3, entries);
        cluster.Put("k", "1");
        cluster.Run(LongEnough);
        foreach (ComparedCluster.Member member in (ComparedCluster.Member[])[cluster.Leader, .. cluster.Followers])
            Assert.Equal(cluster.Leader.Node.AppliedIndex, member.Node.ConfirmedDigestIndex);

        AssertLeaderStops(cluster);
    }

    [Fact]
    public void Of_two_that_differ_neither_serves_anything()
    {
        var cluster = new ComparedCluster(2);
        cluster.Put("k", "1");
        cluster.Followers[0].Turn("k");
        cluster.Put("k", "2");
        cluster.Run(LongEnough);
        Assert.Empty(cluster.Stopped);
        cluster.Put("k", "3");
        Assert.Equal(CommandStatus.NoLeader, cluster.Leader.Commands[^1]);
        foreach (ComparedCluster.Member member in (ComparedCluster.Member[])[cluster.Leader, cluster.Followers[0]])
        {
            Assert.True(member.Node.DoubtIndex > 0);
            Assert.Equal(1, member.Doubts);
            foreach (ReadConsistency consistency in Enum.GetValues<ReadConsistency>())
            {
                member.Node.SubmitRead(1, consistency);
                cluster.Run(TimeSpan.FromMilliseconds(50));
                Assert.Equal(ReadStatus.NoLeader, member.Reads[^1]);
            }
        }
    }

    [Fact]
    public void Nobody_knows_who_is_right_until_the_third_is_heard()
    {
        var cluster = new ComparedCluster(3);
        cluster.Put("k", "1");
        ComparedCluster.Member away = cluster.Followers[0];
        ComparedCluster.Member wrong = cluster.Followers[1];
        cluster.CutOff(away);
        wrong.Turn("k");
        cluster.Put("k", "2");
        cluster.Run(LongEnough);
        ComparedCluster.Member leader = cluster.Leader;
        Assert.True(leader.Node.DoubtIndex > 0);
        Assert.True(wrong.Node.DoubtIndex > 0);
        Assert.Empty(cluster.Stopped);

        cluster.Heal();
        cluster.RunUntil(() => wrong.HasStopped);
        cluster.RunUntil(() => cluster.Leader is { Node.DoubtIndex: 0 });
        cluster.Run(LongEnough);
        Assert.Equal(wrong.Node.Id, Assert.Single(cluster.Stopped).Node);
        Assert.Equal(1, leader.Confirmations);
        cluster.Put("k", "3");
        Assert.Equal(CommandStatus.Applied, cluster.Leader.Commands[^1]);
    }

    [Fact]
    public void Who_comes_late_is_compared_when_it_gets_there()
    {
        var cluster = new ComparedCluster(3);
        cluster.Put("k", "1");
        ComparedCluster.Member late = cluster.Followers[0];
        late.Turn("k");
        cluster.CutOff(late);
        for (int i = 0; i < 3000; i++) cluster.Put($"k{i % 7}", $"{i}");
        Assert.Equal(0, cluster.Leader.Node.DoubtIndex);
        cluster.Put("k", "2");
        cluster.Heal();
        cluster.RunUntil(() => late.HasStopped);
        cluster.Run(LongEnough);
        Assert.Single(cluster.Stopped);
    }

    /// <summary>When it is back, neither remembers where it was found to differ, and under load every index that is asked about is a new one.</summary>
    [Fact]
    public void Who_was_found_to_differ_and_was_not_told_stops_when_it_is_back_also_under_load()
    {
        var cluster = new ComparedCluster(3);
        cluster.Put("k", "1");
        ComparedCluster.Member leader = cluster.Leader;
        ComparedCluster.Member wrong = cluster.Followers[1];
        wrong.Turn("k");
        bool isFound = false;
        cluster.Loses = (from, to) => from == leader.Node.Id && to == wrong.Node.Id && (isFound |= IsFoundToDiffer(leader, wrong));
        cluster.Put("k", "2");
        for (int i = 0; i < AppliedDigests.RecentMax + 100; i++) cluster.Put($"k{i % 7}", $"{i}");
        Assert.True(isFound);
        Assert.Empty(cluster.Stopped);
        Assert.Equal(0, leader.Node.DoubtIndex);

        cluster.Loses = null;
        for (int i = 0; i < 200; i++) cluster.Put($"k{i % 7}", $"{i}");
        Assert.Equal(wrong.Node.Id, Assert.Single(cluster.Stopped).Node);
    }

    /// <summary>Both have applied the same entries.</summary>
    private static bool IsFoundToDiffer(ComparedCluster.Member leader, ComparedCluster.Member other) =>
        leader.Node.TryGetReportedDigest(other.Node.Id, out long index, out ulong digest)
        && index == leader.Node.AppliedIndex && digest != leader.Node.Digest;

    /// <summary>A copy that comes late speaks of a life that has ended.</summary>
    [Fact]
    public void What_agrees_later_has_agreed_before()
    {
        var standing = new DigestStanding(new NodeId(2));
        standing.OnReport(10, 1, isSame: false);
        Assert.Equal(10, standing.DiffersFrom);
        standing.OnReport(14, 2, isSame: true);
        Assert.Equal(0, standing.DiffersFrom);
        standing.OnReport(10, 1, isSame: false);
        Assert.Equal(0, standing.DiffersFrom);
        Assert.Equal((14, 14), (standing.AgreedIndex, standing.ReportedIndex));
        standing.OnReport(20, 1, isSame: false);
        standing.OnReport(18, 1, isSame: false);
        Assert.Equal(18, standing.DiffersFrom);
    }
}
