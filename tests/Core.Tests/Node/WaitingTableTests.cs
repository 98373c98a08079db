using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Waiting;

public sealed class WaitingTableTests
{
    /// <summary>Steps: 0 expires the oldest, 1 removes the oldest, odd adds, even removes one in the middle. Ids run over the end of their range.</summary>
    [Theory]
    [InlineData(1UL)]
    [InlineData(ulong.MaxValue - 40)]
    public void A_waiting_table_is_a_dictionary_in_order_of_arrival(ulong firstId)
    {
        Prop.ForAll(Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Constant(1)), (8, Gen.Choose(2, 60))).ArrayOf().ToArbitrary(), steps =>
        {
            var table = new WaitingTable<int>(firstId);
            var model = new List<(ulong Id, TimeSpan Deadline, int Item)>();
            int next = 0;
            foreach (int step in steps)
            {
                if (step % 2 == 1 && step > 1)
                {
                    // Several at a time, so that the ring grows.
                    for (int i = 0; i < step; i++) model.Add((table.Add(next, TimeSpan.FromSeconds(next)), TimeSpan.FromSeconds(next), next++));
                }
                else if (!RemoveAsModel(table, model, step))
                {
                    return false;
                }

                if (table.Count != model.Count || table.NextDeadline != (model.Count == 0 ? null : model[0].Deadline)) return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(60));
    }

    [Fact]
    public void An_id_of_an_earlier_life_or_of_another_finds_nothing()
    {
        var table = new WaitingTable<string>(1_000);
        ulong id = table.Add("one", TimeSpan.Zero);
        Assert.False(table.TryRemove(id - 1, out _));
        Assert.False(table.TryRemove(id + 1, out _));
        Assert.False(table.TryRemove(0, out _));
        Assert.True(table.TryRemove(id, out string item));
        Assert.Equal("one", item);
        Assert.False(table.TryRemove(id, out _));
        Assert.Null(table.NextDeadline);
    }

    [Fact]
    public void Nothing_expires_before_its_deadline()
    {
        var table = new WaitingTable<int>(5);
        table.Add(1, TimeSpan.FromSeconds(2));
        Assert.False(table.TryRemoveExpired(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1), out _));
        Assert.True(table.TryRemoveExpired(TimeSpan.FromSeconds(2), out _));
    }

    private static bool RemoveAsModel(WaitingTable<int> table, List<(ulong Id, TimeSpan Deadline, int Item)> model, int step)
    {
        int at = step > 1 && model.Count > 0 ? step * 7 % model.Count : 0;
        int item;
        bool removed = step switch
        {
            0 => table.TryRemoveExpired(model.Count == 0 ? TimeSpan.Zero : model[0].Deadline, out item),
            1 => table.TryRemoveOldest(out item),
            _ => table.TryRemove(model.Count == 0 ? 3 : model[at].Id, out item),
        };
        if (removed != (model.Count > 0)) return false;
        if (!removed) return true;
        bool same = model[at].Item == item;
        model.RemoveAt(at);
        return same;
    }
}
