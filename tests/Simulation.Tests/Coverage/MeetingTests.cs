using DEngine.Core;
using DEngine.Simulation.Coverage;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;

namespace DEngine.Simulation.Tests.Coverage;

/// <summary>Which cell of the table a fault goes to, seen at work.</summary>
public sealed class MeetingTests
{
    private const string SlowDisks = "disk-latency 3ms\n";
    private const string Election = "elect n1\nuntil all commit 1 within 200ms\nwait 30ms\n";
    private const string Elected = SlowDisks + Election;

    private const string Deposed = """
        election 100ms..400ms, clients 3
        elect n1
        until all commit 1 within 200ms
        isolate n1
        propose n1
        elect n2
        c1 put x 1 via n2
        until c1 ok within 200ms
        expect n1 leads and n2 leads

        """;

    [Fact]
    public void A_leader_that_ends_with_a_write_under_way_ends_while_it_writes()
    {
        RunCoverage met = Watch(Elected + "propose n1\nwait 1ms\ncrash n1");
        Assert.Equal(1, met.CountOf(NodeFault.Crash, NodePhases.LeaderWriting));
        Assert.Equal(1, met.CountOf(NodeFault.Crash, NodePhases.Replicating));
        Assert.Equal(0, met.CountOf(NodeFault.Crash, NodePhases.AtRest));
        Assert.Equal(0, met.CountOf(NodeFault.Crash, NodePhases.Writing));
    }

    [Fact]
    public void A_leader_that_ends_with_nothing_to_do_ends_at_rest()
    {
        RunCoverage met = Watch(Elected + "crash n1");
        Assert.Equal(1, met.CountOf(NodeFault.Crash, NodePhases.AtRest));
        Assert.Equal(0, met.CountOf(NodeFault.Crash, NodePhases.LeaderWriting));
        Assert.Equal(1, met.CountOf(NodeFault.Crash, NodePhases.Leased));
    }

    [Fact]
    public void A_leader_can_have_committed_what_only_the_others_have_on_disk()
    {
        RunCoverage met = Watch(Elected + "disk n1 hangs for 20ms\npropose n1\nuntil n1 commit 2 within 50ms\npause n1 for 5ms");
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.Ahead));
        Assert.True(met.CountOf(NodeFault.DiskHangs, NodePhases.LeaderWriting) > 0);
    }

    [Fact]
    public void A_cut_can_meet_a_transfer()
    {
        RunCoverage met = Watch(Elected + "drop n1>n2 AppendRequest\npropose n1\nwait 1ms\ntransfer n1 to n2\nisolate n1 for 10ms");
        Assert.Equal(1, met.CountOf(NodeFault.Transfer, NodePhases.Replicating));
        Assert.Equal(1, met.CountOf(NodeFault.CutOff, NodePhases.Transferring));
        Assert.Equal(0, met.CountOf(NodeFault.CutWithMajority, NodePhases.Transferring));
        Assert.Equal(2, met.CountOf(NodeFault.CutWithMajority, NodePhases.Behind) + met.CountOf(NodeFault.CutWithMajority, NodePhases.Idle)
            + met.CountOf(NodeFault.CutWithMajority, NodePhases.Writing));
    }

    [Fact]
    public void A_transfer_that_a_node_cannot_take_up_is_none() =>
        Assert.All(PhaseColumn.All, column => Assert.Equal(0, Watch(Elected + "transfer n2 to n1").CountOf(NodeFault.Transfer, column.Phase)));

    [Fact]
    public void A_leader_of_the_past_is_stale_and_what_it_has_alone_is_doomed()
    {
        RunCoverage met = Watch(Deposed + "pause n1 for 5ms\npause n2 for 5ms");
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.Deposed));
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.Doomed));
    }

    [Fact]
    public void A_follower_with_an_entry_where_another_is_committed_is_forked()
    {
        RunCoverage met = Watch(Deposed + "until n1 is Follower within 1s\npause n1 for 5ms");
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.Forked));
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.Leaderless));
    }

    [Fact]
    public void Reads_that_wait_for_a_quorum_are_seen()
    {
        RunCoverage met = Watch(Elected + "isolate n1 for 30ms\nc0 get x via n1\nwait 2ms\npause n1 for 5ms");
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.Reading));
    }

    [Fact]
    public void Each_step_of_an_election_is_a_phase()
    {
        const string Asks = "disk-latency 5ms\ncampaign n1\nwait 1ms\n";
        Assert.Equal(1, Watch(Asks + "pause n1 for 1ms").CountOf(NodeFault.Pause, NodePhases.PreCandidate));
        Assert.Equal(1, Watch(Asks + "until n1 is Candidate\npause n1 for 1ms").CountOf(NodeFault.Pause, NodePhases.OwnVote));
        Assert.Equal(1, Watch(Asks + "until n1 is Candidate\nwait 6ms\npause n1 for 1ms").CountOf(NodeFault.Pause, NodePhases.Candidate));
        Assert.Equal(1, Watch(Asks + "until n1 is Candidate\nwait 8ms\npause n2 for 1ms").CountOf(NodeFault.Pause, NodePhases.Voting));
        Assert.Equal(1, Watch(Asks + "until n1 leads\npause n1 for 1ms").CountOf(NodeFault.Pause, NodePhases.NewLeader));
    }

    [Fact]
    public void A_process_can_end_while_it_writes_a_snapshot()
    {
        const string Saves = Elected + "propose n1 x5\nuntil all applied 6 within 200ms\nwait 50ms\n";
        RunCoverage ofLeader = Watch(Saves + "snapshot n1\nwait 1ms\ncrash n1");
        Assert.Equal(1, ofLeader.CountOf(NodeFault.Crash, NodePhases.LeaderSaving));
        Assert.Equal(0, ofLeader.CountOf(NodeFault.Crash, NodePhases.AtRest));
        RunCoverage ofFollower = Watch(Saves + "snapshot n2\nwait 1ms\ncrash n2 losing what was not synced");
        Assert.Equal(1, ofFollower.CountOf(NodeFault.PowerLost, NodePhases.Saving));
        Assert.Equal(0, ofFollower.CountOf(NodeFault.PowerLost, NodePhases.Idle));
        RunCoverage withoutRoom = Watch(Saves + "disk n2 full but 10 for 50ms\nsnapshot n2\nwait 20ms");
        Assert.True(withoutRoom.CountOf(NodeFault.DiskFull, NodePhases.Saving) > 0);
    }

    [Fact]
    public void Power_can_go_when_a_snapshot_is_durable_and_the_log_not_cut()
    {
        RunCoverage met = Watch(
            "retained-entries 0\n" + Elected
            + "propose n1 x5\nuntil all applied 6 within 200ms\nwait 50ms\nsnapshot n1\nuntil n1 snapshot 6 within 200ms\ncrash n1 losing what was not synced");
        Assert.Equal(1, met.CountOf(NodeFault.PowerLost, NodePhases.LeaderDropping));
        Assert.Equal(0, met.CountOf(NodeFault.PowerLost, NodePhases.LeaderSaving));
    }

    [Fact]
    public void A_cut_can_meet_a_snapshot_on_its_way()
    {
        RunCoverage met = Watch(
            "retained-entries 0, snapshot-chunk 16, snapshot-window 16, snapshot-patience 100ms\n" + Elected
            + "cut n1 n2 | n3\npropose n1 x5\nuntil n1 applied 6 within 200ms\nsnapshot n1\nuntil n1 first 7 within 200ms\nheal\n"
            + "until n1>n3 sent SnapshotChunk >= 3 within 1s\nisolate n3 for 20ms\nuntil n3 snapshot 6 within 2s\nwait 100ms\nisolate n3 for 20ms");
        Assert.Equal(1, met.CountOf(NodeFault.CutOff, NodePhases.Receiving));
        Assert.Equal(2, met.CountOf(NodeFault.CutOff, NodePhases.Idle));
        Assert.Equal(1, met.CountOf(NodeFault.CutWithMajority, NodePhases.Sending));
    }

    [Fact]
    public void A_node_that_has_just_started_again_waits_a_lease_out()
    {
        RunCoverage met = Watch(Elected + "isolate n2\ncrash n2 for 1ms\nwait 50ms\npause n2 for 1ms\nwait 60ms\npause n2 for 1ms");
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.WaitingOut));
    }

    [Fact]
    public void A_full_disk_is_met_once_and_stays_full()
    {
        RunCoverage ofLeader = Watch("segment 4096\n" + Elected + "disk n1 full but 100 for 300ms\npropose n1 x200\nwait 100ms\npause n1 for 1ms");
        Assert.Equal(1, ofLeader.CountOf(NodeFault.DiskFull, NodePhases.LeaderWriting));
        Assert.Equal(1, ofLeader.CountOf(NodeFault.Pause, NodePhases.LeaderDiskFull));
        RunCoverage ofFollower = Watch("segment 4096\n" + Elected + "disk n2 full but 100 for 300ms\npropose n1 x200\nwait 100ms\npause n2 for 1ms");
        Assert.Equal(1, ofFollower.CountOf(NodeFault.Pause, NodePhases.DiskFull));
    }

    [Fact]
    public void What_nobody_meets_does_not_count()
    {
        RunCoverage met = Watch(Elected + "crash n3 for 500ms\ncrash n3 for 500ms\npause n3 for 1ms\ndisk n3 fails sync 1\nisolate n3 for 10ms");
        Assert.Equal(1, met.CountOf(NodeFault.Crash, NodePhases.Idle));
        Assert.Equal(0, met.CountOf(NodeFault.Crash, NodePhases.Down));
        Assert.All(PhaseColumn.All, column => Assert.Equal(0, met.CountOf(NodeFault.Pause, column.Phase)));
        Assert.All(PhaseColumn.All, column => Assert.Equal(0, met.CountOf(NodeFault.SyncFails, column.Phase)));
        Assert.All(PhaseColumn.All, column => Assert.Equal(0, met.CountOf(NodeFault.CutOff, column.Phase)));
    }

    [Fact]
    public void A_disk_fault_counts_when_it_comes_true_and_by_what_was_asked_of_the_disk()
    {
        RunCoverage met = Watch(Elected + "disk n2 ends the process before sync 1 for 10ms\nwait 50ms\npause n2 for 1ms\npropose n1\nuntil n2 down within 50ms");
        Assert.Equal(1, met.CountOf(NodeFault.EndsBeforeSync, NodePhases.Writing));
        Assert.Equal(1, met.CountOf(NodeFault.Pause, NodePhases.Idle));
        RunCoverage opening = Watch(Elected + "disk n2 ends the process after change 1 for 10ms\ncrash n2 losing what was not synced for 5ms\nwait 100ms");
        Assert.Equal(1, opening.CountOf(NodeFault.PowerLost, NodePhases.Idle));
        Assert.Equal(1, Enum.GetValues<NodeFault>().Sum(fault => opening.CountOf(fault, NodePhases.Opening)));
    }

    [Fact]
    public void A_pass_is_ended_before_an_effect_of_a_kind()
    {
        RunCoverage met = Watch(Elected + "crash n1 before effect 1 for 10ms\npropose n1\nuntil n1 down within 10ms");
        Assert.Equal(1, met.CountOf(NodeFault.EndsBeforeSubmission, NodePhases.LeaderWriting));
        RunCoverage elected = Watch("crash n1 leading term 1 before effect 1 for 10ms\ncampaign n1\nuntil n1 down within 100ms");
        Assert.Equal(1, elected.CountOf(NodeFault.EndsNewLeader, NodePhases.NewLeader));
    }

    [Fact]
    public void Frames_are_counted_by_what_became_of_them()
    {
        RunCoverage met = Watch(
            SlowDisks + "lose n1>n2 Heartbeat of term 1 #1\ndouble n1>n2 Heartbeat of term 1 #2 after 5ms\npostpone n1>n3 Heartbeat of term 1 #1 by 50ms\n"
            + "damage n1>n3 Heartbeat of term 1 #2 at bit 9\n" + Election + "wait 100ms\necho n2 4 from 30 back\nwait 5ms\ncut n1>n3 for 25ms\nwait 60ms\n"
            + "clog n1>n2 for 40ms\nwait 60ms\ncrash n3 for 1ms");
        foreach (FrameHarm harm in new[] { FrameHarm.Lost, FrameHarm.Copied, FrameHarm.Late, FrameHarm.Damaged })
            Assert.Equal(1, met.CountOf(MessageKind.Heartbeat, harm));
        Assert.True(met.CountOf(MessageKind.Heartbeat, FrameHarm.SentIntoCut) > 0);
        Assert.True(met.CountOf(MessageKind.Heartbeat, FrameHarm.Held) > 0);
        Assert.Equal(4, FrameRow.All.Where(row => row.Kind is not null).Sum(row => met.CountOf(row.Kind!.Value, FrameHarm.Echoed)));
        Assert.Equal(0, FrameRow.All.Where(row => row.Kind is not null).Sum(row => met.CountOf(row.Kind!.Value, FrameHarm.EchoedTerm)));
    }

    private static RunCoverage Watch(string text)
    {
        Scenario scenario = ScenarioParser.Read("scenario", text);
        var coverage = new RunCoverage(scenario.Plan);
        ScenarioResult result = ScenarioRunner.Run(scenario, coverage, coverage);
        Assert.True(result.IsAsExpected, result.ToString());
        return coverage;
    }
}
