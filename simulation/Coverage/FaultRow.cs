namespace DEngine.Simulation.Coverage;

/// <summary>A row of the table: a fault, its name, and the phases that it can meet at all.</summary>
internal sealed record FaultRow(NodeFault Fault, string Name, NodePhases Possible)
{
    /// <summary>What the disk of a running process is at while it has something to write, for the log or a snapshot; and while it opens them.</summary>
    private static readonly NodePhases AtDisk = (PhaseColumn.Running & ~(NodePhases.Idle | NodePhases.AtRest)) | NodePhases.Opening;

    private static readonly NodePhases WhileElected =
        NodePhases.NewLeader | NodePhases.Replicating | NodePhases.LeaderWriting | NodePhases.Reading | NodePhases.Deposed | NodePhases.Doomed
        | NodePhases.LeaderDiskFull | NodePhases.LeaderSaving | NodePhases.LeaderDropping;

    /// <summary>All of them, in the order of <see cref="NodeFault"/>.</summary>
    public static readonly IReadOnlyList<FaultRow> All =
    [
        new(NodeFault.Crash, "the process ends", PhaseColumn.Running),
        new(NodeFault.PowerLost, "power goes, cache lost", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.PowerKept, "power goes, cache written", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.PowerShuffled, "power goes, cache torn", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.EndsBeforeSubmission, "ends before handing to disk", AtDisk & ~NodePhases.Opening),
        new(NodeFault.EndsBeforeMessage, "ends before sending", PhaseColumn.Running),
        new(NodeFault.EndsBeforeAnswer, "ends before answering", PhaseColumn.Running),
        new(NodeFault.EndsNewLeader, "ends in the pass that elects", WhileElected),
        new(NodeFault.EndsBeforeWrite, "ends before a write", AtDisk),
        new(NodeFault.EndsInWrite, "ends within a write", AtDisk),
        new(NodeFault.EndsAfterWrite, "ends after a write", AtDisk),
        new(NodeFault.EndsBeforeSync, "ends before a sync", AtDisk),
        new(NodeFault.EndsAfterSync, "ends after a sync", AtDisk),
        new(NodeFault.EndsAtOther, "ends at other disk work", AtDisk),
        new(NodeFault.WriteFails, "a write fails", AtDisk),
        new(NodeFault.SyncFails, "a sync fails", AtDisk),
        new(NodeFault.OtherFails, "other disk work fails", AtDisk),
        new(NodeFault.DiskFull, "a write finds no room", AtDisk & ~(NodePhases.DiskFull | NodePhases.LeaderDiskFull)),
        new(NodeFault.DiskHangs, "the disk hangs", AtDisk & ~NodePhases.Opening),
        new(NodeFault.Rots, "a bit turns over", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.RotFound, "the damage is found", NodePhases.Opening),
        new(NodeFault.ScrubFinds, "the scrub finds damage", PhaseColumn.Running),
        new(NodeFault.CutWithMajority, "cut, on the side of most", PhaseColumn.Running),
        new(NodeFault.CutWithMinority, "cut, on the side of few", PhaseColumn.Running),
        new(NodeFault.CutOff, "cut off", PhaseColumn.Running),
        new(NodeFault.OneLink, "cut off but for one node", PhaseColumn.Running),
        new(NodeFault.Deaf, "hears nobody", PhaseColumn.Running),
        new(NodeFault.Mute, "is heard by nobody", PhaseColumn.Running),
        new(NodeFault.SomeLinks, "some of its links are cut", PhaseColumn.Running),
        new(NodeFault.CloggedTo, "a link to it is clogged", PhaseColumn.Running),
        new(NodeFault.CloggedFrom, "a link from it is clogged", PhaseColumn.Running),
        new(NodeFault.Echo, "is sent old frames again", PhaseColumn.Running),
        new(NodeFault.Pause, "stands still", PhaseColumn.Running),
        new(NodeFault.Slow, "becomes slow", PhaseColumn.Running),
        new(NodeFault.ClockJumps, "its clock jumps", PhaseColumn.Running),
        new(NodeFault.ClockRaces, "its clock races", PhaseColumn.Running),
        new(NodeFault.ClockCrawls, "its clock crawls", PhaseColumn.Running),
        new(NodeFault.ClockStands, "its clock stands", PhaseColumn.Running),
        new(NodeFault.Transfer, "is to hand leadership over", PhaseColumn.Leading & ~NodePhases.Transferring),
        new(NodeFault.GoesWrong, "applies something wrongly", PhaseColumn.Running),
        new(NodeFault.FoundWrong, "stops, its state is wrong", PhaseColumn.Running),
        new(NodeFault.Members, "is to change the members", PhaseColumn.Leading),
        new(NodeFault.Wiped, "its disk is wiped", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.FoundReplaced, "hears that it is another", PhaseColumn.NotLeading & PhaseColumn.Running),
        new(NodeFault.LeftDown, "is left down", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.LeftDeaf, "is left deaf", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.LeftMute, "is left mute", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.LeftCutOff, "is left cut off", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.LeftOneLink, "is left with one link", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.LeftFrozen, "is left standing still", PhaseColumn.Running | NodePhases.Down),
        new(NodeFault.LeftDiskHangs, "is left with a hanging disk", PhaseColumn.Running | NodePhases.Down),
    ];
}
