using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Tests.Runs;

public sealed class RecordingTests
{
    [Fact]
    public void A_run_that_follows_the_recording_of_another_is_the_same_run()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            RunPlan plan = RunPlan.Draw(seed);
            var recording = new RunScript();
            RunResult drawn = Simulator.Run(plan, new RunOptions { Recording = recording });
            Assert.True(recording.Count > 0, $"seed {seed} has recorded nothing");

            var again = new RunScript();
            RunResult followed = Simulator.Run(plan, new RunOptions { Script = recording, Recording = again });
            Assert.Equal(drawn.ToString(), followed.ToString());
            Assert.Equal(recording.Steps, again.Steps);
        }
    }

    [Fact]
    public void A_run_without_what_was_done_to_it_is_another_run_and_passes()
    {
        RunPlan drawnPlan = RunPlan.Draw(5);
        RunPlan plan = drawnPlan with { Aftermath = new Aftermath[drawnPlan.NodeCount] };
        RunResult drawn = Simulator.Run(plan);
        RunResult undisturbed = Simulator.Run(plan, new RunOptions { Script = new RunScript() });
        Assert.Equal(RunVerdict.Passed, undisturbed.Verdict);
        Assert.NotEqual(drawn.TraceHash, undisturbed.TraceHash);
        Assert.Equal(0, undisturbed.Faults);
    }
}
