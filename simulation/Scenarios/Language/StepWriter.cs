using System.Globalization;
using System.Text;
using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Storage;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Steps as they are written in scenarios.</summary>
internal static class StepWriter
{
    /// <summary>A step in words.</summary>
    /// <param name="step">What is done.</param>
    /// <param name="nodes">How many nodes there are, where that is known: sets of links are named by their shape then.</param>
    public static string Write(Step step, int nodes = 0) => step switch
    {
        CrashStep crash => $"crash n{crash.Node + 1}{Suffix(crash.Unsynced)}{For(crash.Down)}",
        CrashInPassStep crash => $"crash n{crash.Node + 1} before effect {crash.Effects}{For(crash.Down)}",
        CrashNewLeaderStep crash => $"crash n{crash.Node + 1} leading term {crash.Term} before effect {crash.Effects}{For(crash.Down)}",
        RestartStep restart => $"restart n{restart.Node + 1}",
        DiskFaultStep fault => WriteDiskFault(fault),
        DiskHangStep hang => $"disk n{hang.Node + 1} hangs{In(hang.Part)}{For(hang.Duration)}",
        DiskFullStep full => $"disk n{full.Node + 1} full but {full.Room}{For(full.Duration)}",
        BitRotStep { Bytes: 0 } rot => $"disk n{rot.Node + 1} rots at {rot.Where}",
        BitRotStep rot => $"disk n{rot.Node + 1} rots at {rot.Where} over {rot.Bytes}",
        PauseStep pause => $"pause n{pause.Node + 1}{For(pause.Duration)}",
        ResumeStep resume => $"resume n{resume.Node + 1}",
        SlowStep slow => $"slow n{slow.Node + 1} x{slow.Factor}{For(slow.Duration)}",
        ClockJumpStep jump => $"clock n{jump.Node + 1} jumps {Times.Write(jump.By)}",
        ClockRateStep rate => string.Create(CultureInfo.InvariantCulture, $"clock n{rate.Node + 1} rate {rate.Rate:R}{For(rate.Duration)}"),
        TransferStep transfer => $"transfer n{transfer.Node + 1}{(transfer.Target < 0 ? "" : $" to n{transfer.Target + 1}")}",
        ProposeStep propose => $"propose n{propose.Node + 1} x{propose.Count}",
        SaveSnapshotStep save => $"snapshot n{save.Node + 1}",
        WrongEffectStep wrong => $"corrupt n{wrong.Node + 1}",
        CutStep cut => $"{LinkShapes.Write(cut.Links, nodes)}{For(cut.Duration)}",
        ClogStep clog => $"clog {WriteLinks(clog.Links)}{For(clog.Duration)}",
        EchoStep echo => $"echo n{echo.Node + 1} {echo.Count} from {echo.Back} back{(echo.Kind is { } kind ? $" {kind}" : "")}",
        HealStep => "heal",
        MembershipStep members => $"members n{members.Node + 1}{string.Concat(members.Changes.Select(c => $" n{c.Node + 1} {c.Target.ToString().ToLowerInvariant()}"))}",
        WipeStep wipe => $"wipe n{wipe.Node + 1}{For(wipe.Down)}",
        RuleStep rule => $"{rule.Action.ToString().ToLowerInvariant()} {WriteLinks(rule.Links)}{(rule.Kind is { } kind ? $" {kind}" : "")}",
        PassStep pass => $"pass {WriteLinks(pass.Links)}",
        ReleaseStep release => WriteRelease(release),
        ThreadReadStep read => WriteThread(read),
        ReadStormStep reads => $"reads n{reads.Node + 1} x{reads.Count}",
        OperationStep operation => WriteOperation(operation),
        _ => throw new InvalidOperationException($"unknown step {step}"),
    };

    public static string Write(in FrameName frame, in FrameFate fate, int nodes)
    {
        string kind = frame.Kind is { } named ? $" {named}" : "";
        string term = frame.Term > 0 ? $" of term {frame.Term}" : "";
        string name = $"{End(frame.From, nodes)}>{End(frame.To, nodes)}{kind}{term} #{frame.Ordinal}";
        return fate.Kind switch
        {
            FateKind.Lost => $"lose {name}",
            FateKind.Copied => $"double {name} after {Times.Write(fate.Extra)}",
            FateKind.Late => $"postpone {name} by {Times.Write(fate.Extra)}",
            FateKind.Corrupted => $"damage {name} at bit {fate.Bit}",
            _ => throw new InvalidOperationException($"unknown fate {fate.Kind}"),
        };
    }

    private static string WriteDiskFault(DiskFaultStep fault)
    {
        string what = fault.Fault switch
        {
            DiskFaultKind.CrashBefore => "ends the process before",
            DiskFaultKind.CrashDuring => $"ends the process after {fault.KeptBytes} bytes of",
            DiskFaultKind.CrashAfter => "ends the process after",
            DiskFaultKind.IoError => "fails",
            DiskFaultKind.Full => $"is full after {fault.KeptBytes} bytes of",
            _ => throw new InvalidOperationException($"no step has the fault {fault.Fault}"),
        };
        string operation = fault.Operation?.ToString().ToLowerInvariant() ?? "change";
        return $"disk n{fault.Node + 1} {what} {operation} {fault.Count}{For(fault.Down)}";
    }

    private static string WriteRelease(ReleaseStep release)
    {
        string count = release.Count == int.MaxValue ? "" : $" {release.Count}";
        return $"release {WriteLinks(release.Links)}{(release.Kind is { } kind ? $" {kind}" : "")}{count}{(release.LastFirst ? " last first" : "")}";
    }

    private static string WriteThread(ThreadReadStep read)
    {
        string count = read.Count == 1 ? "" : $" {read.Count}";
        string stall = read.Stall == TimeSpan.Zero ? "" : $" after {Times.Write(read.Stall)}";
        return $"thread n{read.Node + 1} {(read.Consistency == ReadConsistency.Lease ? "lease" : "eventual")}-get {read.Key} at {read.Point.ToString().ToLowerInvariant()}{count}{stall}";
    }

    private static string WriteOperation(OperationStep step)
    {
        var text = new StringBuilder($"c{step.Client}#{step.Number} ");
        if (step.Consistency == ReadConsistency.Lease) text.Append("lease-");
        if (step.Consistency == ReadConsistency.Eventual) text.Append("eventual-");
        text.Append(step.Function switch
        {
            ClientFunction.Read => "get ",
            ClientFunction.Write => "put ",
            ClientFunction.Cas => "cas ",
            ClientFunction.Append => "append ",
            ClientFunction.Add => "add ",
            ClientFunction.Scan => "scan ",
            ClientFunction.Delete => "delete ",
            _ => throw new InvalidOperationException($"unknown function {step.Function}"),
        });
        text.Append(step is { Function: ClientFunction.Scan, Key: "" } ? "all" : step.Key);
        if (step.Function == ClientFunction.Cas) text.Append(' ').Append(step.Expected ?? "last");
        if (step.Function is ClientFunction.Write or ClientFunction.Cas or ClientFunction.Append) text.Append(' ').Append(WriteValue(step.Value));
        if (step.FromFollower) text.Append(" from follower");
        if (step.ThroughNode) text.Append(" through node");
        if (step.Via is { } via) text.Append(CultureInfo.InvariantCulture, $" via n{via + 1}");
        return text.ToString();
    }

    /// <summary>A long value is a short one, filled up with dots.</summary>
    private static string WriteValue(string value)
    {
        string core = value.TrimEnd('.');
        return core.Length == value.Length ? value : $"{core} length {value.Length}";
    }

    public static string WriteLinks(IReadOnlyList<Link> links)
    {
        var words = new List<string>();
        foreach (Link link in links)
        {
            bool isBoth = links.Contains(new Link(link.To, link.From));
            if (!isBoth) words.Add($"n{link.From + 1}>n{link.To + 1}");
            else if (link.From < link.To) words.Add($"n{link.From + 1}<>n{link.To + 1}");
        }

        return words.Count == 0 ? "nothing" : string.Join(' ', words);
    }

    private static string End(int position, int nodes) => position < nodes ? $"n{position + 1}" : $"c{position - nodes}";

    private static string In(DiskPart part) => part switch
    {
        DiskPart.Log => " in log",
        DiskPart.Snapshots => " in snapshots",
        _ => "",
    };

    private static string For(TimeSpan duration) => duration >= Lasting.Forever ? "" : $" for {Times.Write(duration)}";

    private static string Suffix(Unsynced unsynced) => unsynced switch
    {
        Unsynced.Stays => "",
        Unsynced.Lost => " losing what was not synced",
        Unsynced.Kept => " keeping what was not synced",
        _ => " keeping some of what was not synced",
    };
}
