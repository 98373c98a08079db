using DEngine.Core;
using DEngine.Simulation.Coverage;

namespace DEngine.Simulation.Tests.Coverage;

public sealed class CatalogueTests
{
    [Fact]
    public void Rows_and_columns_are_in_the_order_of_their_numbers()
    {
        Assert.Equal(Enum.GetValues<NodeFault>(), FaultRow.All.Select(row => row.Fault));
        Assert.Equal(Enum.GetValues<FrameHarm>(), HarmColumn.All.Select(column => column.Harm));
        Assert.Equal(Enum.GetValues<NodePhases>().Where(phase => phase != NodePhases.None), PhaseColumn.All.Select(column => column.Phase));
        for (int i = 0; i < PhaseColumn.All.Count; i++) Assert.Equal(i, Cell.NumberOf(PhaseColumn.All[i].Phase));
    }

    [Fact]
    public void A_cell_has_a_name_of_its_own()
    {
        Assert.Equal(Cell.Count, Enumerable.Range(0, Cell.Count).Select(Cell.NameOf).Distinct().Count());
        Assert.Equal("the process ends/leader writes", Cell.NameOf(Cell.Of(NodeFault.Crash, Cell.NumberOf(NodePhases.LeaderWriting))));
        Assert.Equal("VoteRequest/late+", Cell.NameOf(Cell.Of(FrameRow.Of(MessageKind.VoteRequest), FrameHarm.LateTerm)));
    }

    [Fact]
    public void What_speaks_of_no_term_arrives_in_no_later_one()
    {
        Assert.False(Cell.CanBe(Cell.Of(FrameRow.Of(MessageKind.ForwardedCommand), FrameHarm.LateTerm)));
        Assert.True(Cell.CanBe(Cell.Of(FrameRow.Of(MessageKind.ForwardedCommand), FrameHarm.Late)));
        Assert.False(Cell.CanBe(Cell.Of(FrameRow.OfAnswers, FrameHarm.Late)));
    }
}
