using DEngine.Simulation.Coverage;
using DEngine.Simulation.Nemesis;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Tests.Coverage;

public sealed class CutMeetingTests
{
    private const NodeFault Most = NodeFault.CutWithMajority;
    private const NodeFault Few = NodeFault.CutWithMinority;

    [Fact]
    public void Two_sides_are_told_apart_by_their_size()
    {
        Assert.Equal([Few, Few, Most, Most, Most], CutMeeting.Read(5, Shapes.Between(5, node => node < 2)));
        Assert.Equal([Few, Few, Few, Few], CutMeeting.Read(4, Shapes.Between(4, node => node < 2)));
        Assert.Equal([Most, NodeFault.CutOff, Most], CutMeeting.Read(3, Shapes.Isolate(3, 1)));
        Assert.Equal([NodeFault.CutOff, NodeFault.CutOff], CutMeeting.Read(2, Shapes.Isolate(2, 1)));
    }

    [Fact]
    public void A_node_that_is_all_but_alone_is_the_one_that_is_met()
    {
        Assert.Equal([null, NodeFault.OneLink, null, null], CutMeeting.Read(4, Shapes.Isolate(4, 1, bridge: 2)));
        Assert.Equal([NodeFault.OneLink, NodeFault.OneLink, null], CutMeeting.Read(3, Shapes.Isolate(3, 1, bridge: 2)));
        Assert.Equal([NodeFault.Deaf, null, null], CutMeeting.Read(3, Shapes.Deafen(3, 0)));
        Assert.Equal([null, null, NodeFault.Mute], CutMeeting.Read(3, Shapes.Silence(3, 2)));
    }

    [Fact]
    public void Otherwise_everybody_at_the_end_of_a_cut_link_is_met()
    {
        Assert.Equal([NodeFault.SomeLinks, NodeFault.SomeLinks, null, null], CutMeeting.Read(4, [new Link(0, 1)]));
        Assert.All(CutMeeting.Read(3, []), Assert.Null);
        Assert.All(CutMeeting.Read(1, []), Assert.Null);
    }
}
