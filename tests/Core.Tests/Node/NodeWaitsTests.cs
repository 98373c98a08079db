namespace DEngine.Core.Tests;

/// <summary>Every wait of a node ends, and what it may not do it refuses.</summary>
public sealed class NodeWaitsTests
{
    private static readonly NodeId Leader = new(2);

    [Fact]
    public void A_confirmed_read_whose_entries_never_come_is_answered_in_time()
    {
        var world = new LoneNode();
        Node follower = world.Start(voters: 3);
        follower.Deliver(Leader, default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, new Heartbeat(1, 0, 1))), At(10));
        follower.Pump(At(10));
        world.Sent.Clear();

        follower.SubmitRead(7, ReadConsistency.Linearizable);
        follower.Pump(At(20));
        ulong id = world.ReadIndexRequested();
        follower.Deliver(Leader, default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, new ReadIndexResponse(id, 5))), At(30));
        follower.Pump(At(30));
        Assert.Equal(1, follower.PendingReads);
        Assert.Empty(world.Reads);

        Assert.True(follower.NextDeadline <= At(30) + new NodeOptions().ForwardTimeout);
        TimeSpan later = At(31) + new NodeOptions().ForwardTimeout;
        follower.Tick(later);
        follower.Pump(later);
        Assert.Equal([(7UL, ReadStatus.NoLeader)], world.Reads);
        Assert.Equal(0, follower.PendingReads);
    }

    [Fact]
    public void A_read_that_a_leader_was_asked_about_does_not_wait_for_it_once_another_leads()
    {
        var world = new LoneNode();
        Node follower = world.Start(voters: 3);
        follower.Deliver(Leader, default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, new Heartbeat(1, 0, 1))), At(10));
        follower.Pump(At(10));
        follower.SubmitRead(7, ReadConsistency.Linearizable);
        follower.Pump(At(20));
        Assert.Empty(world.Reads);

        follower.Deliver(new NodeId(3), default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, new Heartbeat(2, 0, 1))), At(30));
        follower.Pump(At(30));
        Assert.Equal([(7UL, ReadStatus.NoLeader)], world.Reads);
    }

    [Fact]
    public void A_leader_whose_disk_is_full_refuses_commands_and_takes_them_again_when_there_is_room()
    {
        var world = new LoneNode();
        Node leader = world.Start(voters: 1);
        TimeSpan now = leader.NextDeadline;
        for (int i = 0; i < 4; i++)
        {
            leader.Tick(now);
            leader.Pump(now);
            world.Persist(leader, now);
        }

        Assert.True(leader.Raft.IsLeader);
        leader.IsStorageFull = true;
        leader.SubmitCommand(1, EntryKind.RegisterSession, default, now);
        Assert.Equal([(1UL, CommandStatus.StorageFull)], world.Commands);

        leader.IsStorageFull = false;
        leader.SubmitCommand(2, EntryKind.RegisterSession, default, now);
        leader.Pump(now);
        world.Persist(leader, now);
        leader.Pump(now);
        Assert.Equal((2UL, CommandStatus.Applied), world.Commands[^1]);
    }

    private static TimeSpan At(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
