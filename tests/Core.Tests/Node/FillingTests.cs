namespace DEngine.Core.Tests;

/// <summary>A node whose log has a gap, and what comes to it meanwhile (Y5).</summary>
public sealed class FillingTests
{
    private static readonly NodeId Leader = new(2);
    private static readonly NodeId Other = new(3);

    [Fact]
    public void An_answer_closes_the_gap()
    {
        var world = new LoneNode();
        Node node = Damaged(world);
        Answer(node);
        Assert.Equal("1:1 1:2 1:3 1:4 1:5", Positions(node));
        Assert.False(node.Raft.IsRecovering);
    }

    /// <summary>The leader's entries are what counts now: others may have been told that this node holds them.</summary>
    [Fact]
    public void An_answer_that_comes_when_a_leader_has_begun_to_give_the_rest_changes_nothing()
    {
        var world = new LoneNode();
        Node node = Damaged(world);
        Entry[] given = [Entry(2, 3)];
        var append = new AppendRequest(2, new LogPosition(1, 2), 0, 1, given.Length);
        node.Deliver(Leader, default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, append, given)), TimeSpan.Zero);
        Answer(node);
        node.Pump(TimeSpan.Zero);
        world.Persist(node, TimeSpan.Zero);
        Answer(node);
        node.Pump(TimeSpan.Zero);
        Assert.Equal("1:1 1:2 2:3", Positions(node));
        Assert.True(node.Raft.IsRecovering);
    }

    /// <summary>Entries 3 and 4 of five are lost.</summary>
    private static Node Damaged(LoneNode world) => world.Start(3, start =>
    {
        start.Log.Append(Entry(1, 1));
        start.Log.Append(Entry(1, 2));
        return start with { HardState = new HardState(1, NodeId.None), Recovery = RecoveryReason.Damaged, Behind = [Entry(1, 5)] };
    });

    private static void Answer(Node node)
    {
        Entry[] entries = [Entry(1, 3), Entry(1, 4)];
        var answer = new FillAnswer(new LogPosition(1, 5), new LogPosition(1, 2), entries.Length);
        node.Deliver(Other, default, LoneNode.Frame(buffer => MessageEncoder.Write(buffer, answer, entries)), TimeSpan.Zero);
    }

    private static string Positions(Node node) =>
        string.Join(' ', Enumerable.Range(1, (int)node.Raft.Log.LastIndex).Select(index => node.Raft.Log[index].Position));

    private static Entry Entry(long term, long index) => new(new LogPosition(term, index), EntryKind.Noop, default);
}
