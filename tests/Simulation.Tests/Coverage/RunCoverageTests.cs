using DEngine.Simulation.Coverage;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Tests.Coverage;

public sealed class RunCoverageTests
{
    /// <summary>Among them runs with one node and with five, with clogs, wild clocks, rotten disks and nodes that stay broken.</summary>
    public static TheoryData<ulong> Seeds => [1, 3, 7, 17, 42, 120, 184];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_run_that_is_watched_is_the_run_that_it_is_without(ulong seed) =>
        Assert.Equal(Simulator.Run(seed).ToString(), RunCoverage.Run(seed).Result.ToString());

    [Fact]
    public void The_same_seed_meets_the_same()
    {
        SeedCoverage first = RunCoverage.Run(42).Coverage;
        SeedCoverage second = RunCoverage.Run(42).Coverage;
        Assert.Equal(first.Counts, second.Counts);
        Assert.Equal(first.States, second.States);
        Assert.Equal(first.Transitions, second.Transitions);
        Assert.Equal(first.States.Count, first.States.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_node_is_always_at_something_and_a_leader_at_what_leaders_are(ulong seed)
    {
        RunPlan plan = RunPlan.Draw(seed);
        var check = new PhaseCheck(plan);
        Simulator.Run(plan, new RunOptions { Watcher = check, FaultWatcher = check });
        Assert.True(check.Looks > 1000, $"{check.Looks} looks");
    }

    /// <summary>The same happens to nodes with other names: a leader is elected, writes, is cut off for a while, and loses a follower.</summary>
    [Fact]
    public void Which_node_is_which_makes_no_difference_to_the_state_of_the_cluster()
    {
        List<ulong> StatesOf(string leader, string follower)
        {
            string text = $"""
                disk-latency 3ms
                elect {leader}
                until all commit 1 within 200ms
                propose {leader} x3
                wait 1ms
                isolate {leader} for 30ms
                propose {leader}
                wait 60ms
                crash {follower} for 20ms
                wait 5ms
                """;
            Scenario scenario = ScenarioParser.Read("scenario", text);
            var coverage = new RunCoverage(scenario.Plan);
            ScenarioResult result = ScenarioRunner.Run(scenario, coverage, coverage);
            Assert.True(result.IsAsExpected, result.ToString());
            return [.. coverage.Finish().States.Order()];
        }

        List<ulong> states = StatesOf("n1", "n2");
        Assert.Equal(states, StatesOf("n2", "n3"));
        Assert.Equal(states, StatesOf("n3", "n1"));
        Assert.NotEqual(states, StatesOf("n1", "n1"));
        Assert.True(states.Count > 20, $"{states.Count} states");
    }

    /// <summary>Asks what every node is at, after every event.</summary>
    private sealed class PhaseCheck(RunPlan plan) : IWorldWatcher, IFaultWatcher
    {
        private readonly PhaseReader _reader = new(plan);

        public int Looks { get; private set; }

        public void OnBegin(SimulatedWorld world) => _reader.Begin(world);

        public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
        {
            _reader.Look(now, node, happened);
            NodePhases phases = _reader.Of(now, node);
            Assert.NotEqual(NodePhases.None, phases);
            Assert.Equal(NodePhases.None, phases & (node.IsLeader ? PhaseColumn.NotLeading : PhaseColumn.Leading));
            Assert.Equal(node.Node is null, phases == NodePhases.Down);
            Looks++;
        }
    }
}
