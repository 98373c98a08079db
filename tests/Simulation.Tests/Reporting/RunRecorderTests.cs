using DEngine.Simulation.Plans;
using DEngine.Simulation.Reporting;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Tests.Reporting;

public sealed class RunRecorderTests
{
    /// <summary>Among them runs with five nodes, with clogs, wild clocks, rotten disks and nodes that stay broken.</summary>
    public static TheoryData<ulong> Seeds => [1, 3, 7, 17, 42, 120, 184];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_run_that_is_recorded_is_the_run_that_it_is_without(ulong seed)
    {
        (_, RunResult recorded) = Record(seed);
        Assert.Equal(Simulator.Run(seed).ToString(), recorded.ToString());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_is_recorded_of_a_node_at_the_end_is_what_the_node_is(ulong seed)
    {
        (RunRecorder recorder, _) = Record(seed);
        foreach (NodeTrack track in recorder.Nodes)
        {
            long[] replayed = Replay(track);
            SimulatedNode node = Assert.IsType<SimulatedNode>(track.Node);
            Assert.Equal(node.Node is not null, ((NodeFlags)replayed[(int)NodeField.Flags] & NodeFlags.Up) != 0);
            if (node.Node is not { } running) continue;
            Assert.Equal((long)running.Raft.Role, replayed[(int)NodeField.Role]);
            Assert.Equal(running.Raft.Term, replayed[(int)NodeField.Term]);
            Assert.Equal(running.Raft.HardState.VotedFor.Value, replayed[(int)NodeField.VotedFor]);
            Assert.Equal(running.Raft.CommitIndex, replayed[(int)NodeField.CommitIndex]);
            Assert.Equal(running.AppliedIndex, replayed[(int)NodeField.AppliedIndex]);
            Assert.Equal(running.Raft.DurableIndex, replayed[(int)NodeField.DurableIndex]);
            Assert.Equal(running.Raft.Log.LastIndex, replayed[(int)NodeField.LastIndex]);
            List<long> terms = ReplayLog(track.Log);
            Assert.Equal(running.Raft.Log.LastIndex, terms.Count);
            for (int i = (int)running.Raft.Log.Base.Index; i < terms.Count; i++) Assert.Equal(running.Raft.Log[i + 1].Term, terms[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_frame_has_arrived_or_got_lost_or_is_still_under_way(ulong seed)
    {
        (RunRecorder recorder, RunResult result) = Record(seed);
        var arrivals = new int[recorder.Frames.Count];
        var losses = new int[recorder.Frames.Count];
        for (int i = 0; i < recorder.Rows.Count; i++)
        {
            Row row = recorder.Rows[i];
            if (row.Kind > RowKind.Lost) continue;
            Assert.True(recorder.Frames.Rows[row.Subject] < i, $"frame {row.Subject} ends before it was sent");
            if (row.Kind == RowKind.Arrived) arrivals[row.Subject]++;
            else losses[row.Subject]++;
        }

        NetworkPlan network = recorder.Plan.Network;
        for (int i = 0; i < recorder.Frames.Count; i++)
        {
            SentFrame frame = recorder.Frames.Frames[i];
            Assert.Equal(recorder.Rows[recorder.Frames.Rows[i]].At, frame.At);
            bool isLostAtOnce = frame.WasCut || frame.Fate.Kind == FateKind.Lost;
            int expected = isLostAtOnce ? 0 : frame.Fate.Kind == FateKind.Copied ? 2 : 1;
            int ended = arrivals[i] + losses[i];
            Assert.True(ended <= expected, $"frame {frame.Name} has ended {ended} times");
            if (ended == expected) continue;
            bool waits = recorder.Nodes[frame.Name.To].ValueOf(NodeField.PausedUntil) != 0;
            bool isYoung = result.SimulatedTime - frame.At < network.DelayMax + network.LateMax + TimeSpan.FromSeconds(1);
            Assert.True(waits || isYoung, $"frame {frame.Name}, sent at {frame.At} of {result.SimulatedTime}, is nowhere");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rows_are_in_order_and_every_step_and_operation_has_its_own(ulong seed)
    {
        var script = new RunScript();
        RunPlan plan = RunPlan.Draw(seed);
        var recorder = new RunRecorder(plan);
        RunResult result = Simulator.Run(plan, new RunOptions { Watcher = recorder, Recording = script });
        recorder.Finish(result.SimulatedTime);
        recorder.Operations.Complete(result.History);
        for (int i = 1; i < recorder.Rows.Count; i++) Assert.True(recorder.Rows[i - 1].At <= recorder.Rows[i].At, $"row {i} goes back in time");

        IEnumerable<Step> done = script.Steps.Select(timed => WithoutStall(timed.Step)).Where(step => step is not OperationStep);
        Assert.Equal(done, recorder.Steps.Select(tracked => WithoutStall(tracked.Step)).Where(step => step is not CrashNewLeaderStep));
        Assert.Equal(script.NewLeaders.Count, recorder.Steps.Count(tracked => tracked.Step is CrashNewLeaderStep));
        foreach (TrackedStep tracked in recorder.Steps) Assert.Equal(RowKind.Step, recorder.Rows[tracked.Row].Kind);
        Assert.Equal(result.Operations, recorder.Operations.Operations.Count(operation => operation.EndRow >= 0));
        Assert.All(recorder.Operations.Operations, operation => Assert.Equal(operation.IsInHistory, operation.InvokedAtNanoseconds >= 0));
    }

    /// <summary>For how long a pass has stood still the script knows better.</summary>
    private static Step WithoutStall(Step step) => step is ThreadReadStep read ? read with { Stall = default } : step;

    private static (RunRecorder Recorder, RunResult Result) Record(ulong seed)
    {
        RunPlan plan = RunPlan.Draw(seed);
        var recorder = new RunRecorder(plan);
        RunResult result = Simulator.Run(plan, new RunOptions { Watcher = recorder });
        recorder.Finish(result.SimulatedTime);
        return (recorder, result);
    }

    /// <summary>As the page does it.</summary>
    private static long[] Replay(NodeTrack track)
    {
        var fields = new long[Enum.GetValues<NodeField>().Length];
        int at = 0;
        foreach (int _ in track.Rows)
        {
            long mask = track.Changes[at++];
            for (int field = 0; field < fields.Length; field++)
            {
                if ((mask >> field & 1) != 0) fields[field] = track.Changes[at++];
            }
        }

        Assert.Equal(track.Changes.Count, at);
        return fields;
    }

    private static List<long> ReplayLog(LogTrack log)
    {
        var terms = new List<long>();
        for (int at = 0; at < log.Changes.Count;)
        {
            int kept = (int)log.Changes[at + 1];
            long runs = log.Changes[at + 2];
            at += 3;
            terms.RemoveRange(kept, terms.Count - kept);
            for (; runs > 0; runs--, at += 2) terms.AddRange(Enumerable.Repeat(log.Changes[at], (int)log.Changes[at + 1]));
        }

        return terms;
    }
}
