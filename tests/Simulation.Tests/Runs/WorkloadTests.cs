using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Tests.Runs;

public sealed class WorkloadTests
{
    [Fact]
    public void A_small_sweep_meets_every_function_under_every_promise()
    {
        var met = new HashSet<(ClientFunction, ReadConsistency, bool FromFollower)>();
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var recording = new RunScript();
            RunResult result = Simulator.Run(RunPlan.Draw(seed), new RunOptions { Recording = recording });
            Assert.False(result.IsFailure, result.ToString());
            foreach (TimedStep timed in recording.Steps)
            {
                if (timed.Step is OperationStep operation) met.Add((operation.Function, operation.Consistency, operation.FromFollower));
            }
        }

        foreach (ClientFunction function in Enum.GetValues<ClientFunction>())
        {
            Assert.Contains((function, ReadConsistency.Linearizable, false), met);
            if (function is not (ClientFunction.Read or ClientFunction.Scan)) continue;
            foreach (ReadConsistency promise in Enum.GetValues<ReadConsistency>())
            {
                Assert.Contains((function, promise, false), met);
                Assert.Contains((function, promise, true), met);
            }
        }
    }

    [Fact]
    public void The_swarm_draws_mixes_keys_and_sizes()
    {
        var loads = Enumerable.Range(1, 300).Select(seed => RunPlan.Draw((ulong)seed).Workload).ToList();
        foreach (ClientFunction function in Enum.GetValues<ClientFunction>())
        {
            Assert.Contains(loads, l => l.WeightOf(function) > 0);
            if (function != ClientFunction.Read) Assert.Contains(loads, l => l.WeightOf(function) == 0);
        }

        Assert.Contains(loads, l => l.KeyCount == 1);
        Assert.Contains(loads, l => l.KeyCount > 40);
        Assert.Contains(loads, l => l.HotKey > 0.5);
        Assert.Contains(loads, l => l.ValueLengthMax > 10_000);
    }

    [Fact]
    public void Appends_are_read_whole_and_judged_in_their_order()
    {
        int seen = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            RunPlan plan = RunPlan.Draw(seed);
            plan = plan with { Workload = plan.Workload.With(ClientFunction.Append, 20) };
            RunResult result = Simulator.Run(plan);
            Assert.False(result.IsFailure, result.ToString());
            seen += result.History.Events.Count(e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Read } && e.Value.Text.Count(c => c == ';') > 3);
        }

        Assert.True(seen > 100, $"only {seen} reads have seen several appends");
    }

    [Fact]
    public void A_count_that_is_given_twice_or_skips_what_was_asked_for_is_found_out()
    {
        var books = new CounterBooks();
        long first = books.OnBegun("count0", adds: true);
        books.OnAdded("client 0", "count0", first, 1);
        long second = books.OnBegun("count0", adds: true);
        Assert.Equal(1, second);
        Assert.Throws<ViolationException>(() => books.OnAdded("client 1", "count0", second, 1));
        Assert.Throws<ViolationException>(() => books.OnAdded("client 1", "count0", second, 3));
        Assert.Throws<ViolationException>(() => books.OnRead("client 1", "count0", books.OnBegun("count0", adds: false), 0));
        Assert.Throws<ViolationException>(() => new CounterBooks().OnRead("client 1", "count0", 0, 1));
    }

    [Fact]
    public void What_ends_above_or_below_what_can_have_been_counted_is_found_out()
    {
        var books = new CounterBooks();
        books.OnAdded("client 0", "count0", books.OnBegun("count0", adds: true), 1);
        books.OnBegun("count0", adds: true);
        books.OnBegun("count0", adds: true);
        books.OnFailed("count0");
        books.JudgeEnd(_ => 1);
        books.JudgeEnd(_ => 2);
        Assert.Throws<ViolationException>(() => books.JudgeEnd(_ => 0));
        Assert.Throws<ViolationException>(() => books.JudgeEnd(_ => 3));
    }
}
