using DEngine.Core;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Tests.World;

public sealed class EventQueueTests
{
    [Fact]
    public void Events_come_by_time_then_those_from_outside_then_in_the_order_of_scheduling()
    {
        var queue = new EventQueue();
        var random = new DeterministicRandom(5);
        var expected = new List<(long Ticks, bool IsInside, long Number)>();
        for (long number = 0; number < 2000; number++)
        {
            long ticks = random.Next(50);
            bool isInside = random.Chance(0.7);
            var what = new SimulationEvent(EventKind.Heal, Number: number);
            if (isInside) queue.At(new TimeSpan(ticks), what);
            else queue.FirstAfter(new TimeSpan(ticks), what);
            expected.Add((ticks, isInside, number));
        }

        var found = new List<(long, bool, long)>();
        while (queue.TryNext(TimeSpan.MaxValue, out SimulationEvent next))
            found.Add((queue.Now.Ticks, expected[(int)next.Number].IsInside, next.Number));
        Assert.Equal(expected.OrderBy(e => e.Ticks).ThenBy(e => e.IsInside).ThenBy(e => e.Number), found);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void What_is_scheduled_while_others_happen_finds_its_place()
    {
        var queue = new EventQueue();
        var random = new DeterministicRandom(6);
        TimeSpan last = TimeSpan.Zero;
        for (int i = 0; i < 300; i++) queue.After(new TimeSpan(random.Next(100)), new SimulationEvent(EventKind.Wake));
        for (int i = 0; i < 5000; i++)
        {
            Assert.True(queue.TryNext(TimeSpan.MaxValue, out _));
            Assert.True(queue.Now >= last);
            last = queue.Now;
            queue.After(new TimeSpan(random.Next(100)), new SimulationEvent(EventKind.Wake));
        }

        Assert.Equal(300, queue.Count);
        Assert.False(queue.TryNext(queue.Now - new TimeSpan(1), out _));
    }
}
