using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Storage;
using Step = DEngine.Simulation.Scenarios.Step;

namespace DEngine.Simulation.Shrinking;

/// <summary>Plainer decisions in the place of one, the plainest first. Which of them are easier to read is for their cost to say.</summary>
internal static class Simplifications
{
    private static readonly DiskOperationKind?[] Operations = [DiskOperationKind.Sync, DiskOperationKind.Write];

    /// <summary>Of a torn write: next to nothing, within the first record, some records.</summary>
    private static readonly int[] KeptBytes = [1, 9, 30, 50, 100, 300, 1000];

    public static IEnumerable<Decision> Of(Decision decision, int nodes)
    {
        if (decision.Framed is { } framed) return OfFate(framed.Fate).Select(fate => new Decision { Framed = (framed.Frame, fate) });
        if (decision.Waiting is { } waiting) return OfEffects(waiting.Effects).Select(effects => decision with { Waiting = waiting with { Effects = effects } })
            .Concat(OfDuration(waiting.Down).Select(down => decision with { Waiting = waiting with { Down = down } }));
        TimedStep timed = decision.Timed!.Value;
        return Of(timed.Step, nodes).Select(step => decision with { Timed = timed with { Step = step } });
    }

    private static IEnumerable<Step> Of(Step step, int nodes) => step switch
    {
        CrashStep s => OfCrash(s),
        CrashInPassStep s => [
            new CrashStep(s.Node, Unsynced.Stays, s.Down),
            .. OfEffects(s.Effects).Select(effects => s with { Effects = effects }),
            .. OfDuration(s.Down).Select(down => s with { Down = down })],
        DiskFaultStep s => OfDiskFault(s),
        DiskHangStep s => [
            .. s.Part == DiskPart.Whole ? Array.Empty<Step>() : [s with { Part = DiskPart.Whole }],
            .. OfDuration(s.Duration).Select(duration => s with { Duration = duration })],
        DiskFullStep s => [
            .. Rounding.Smaller(s.Room, 0).Select(room => s with { Room = room }),
            .. OfDuration(s.Duration).Select(duration => s with { Duration = duration })],
        BitRotStep s => Rounding.Smaller(s.Where, 0).Select(where => s with { Where = where })
            .Concat(Rounding.Smaller(s.Bytes, 0).Select(bytes => s with { Bytes = (int)bytes })),
        PauseStep s => OfDuration(s.Duration).Select(duration => s with { Duration = duration }),
        SlowStep s => [
            new PauseStep(s.Node, s.Duration),
            .. Rounding.Smaller(s.Factor, 2).Select(factor => s with { Factor = (int)factor }),
            .. OfDuration(s.Duration).Select(duration => s with { Duration = duration })],
        ClockJumpStep s => Rounding.Of(s.By).Select(by => s with { By = by }),
        ClockRateStep s => [
            .. ((double[])[0, Rounding.ToDigits(s.Rate, 1), Rounding.ToDigits(s.Rate, 2)]).Select(rate => s with { Rate = rate }),
            .. OfDuration(s.Duration).Select(duration => s with { Duration = duration })],
        CutStep s => [.. OfLinks(s.Links, nodes).Select(links => s with { Links = links }), .. OfDuration(s.Duration).Select(d => s with { Duration = d })],
        ClogStep s => [new CutStep(s.Links, s.Duration), .. OfDuration(s.Duration).Select(duration => s with { Duration = duration })],
        EchoStep s => [
            .. Rounding.Smaller(s.Count, 1).Select(count => s with { Count = (int)count }),
            .. Rounding.Smaller(s.Back, 1).Select(back => s with { Back = (int)back })],
        ProposeStep s => Rounding.Smaller(s.Count, 1).Select(count => s with { Count = (int)count }),
        ReadStormStep s => Rounding.Smaller(s.Count, 1).Select(count => s with { Count = (int)count }),
        ThreadReadStep s => [
            s with { Point = PassPoint.Rest, Count = 1, Stall = TimeSpan.Zero },
            s with { Stall = TimeSpan.Zero },
            .. Rounding.Smaller(s.Count, 1).Select(count => s with { Count = (int)count }),
            .. Rounding.Of(s.Stall).Select(stall => s with { Stall = stall })],
        OperationStep s => OfOperation(s),
        _ => [],
    };

    private static IEnumerable<Step> OfCrash(CrashStep crash) =>
    [
        crash with { Unsynced = Unsynced.Stays },
        crash with { Unsynced = Unsynced.Lost },
        .. OfDuration(crash.Down).Select(down => crash with { Down = down }),
    ];

    private static IEnumerable<Step> OfDiskFault(DiskFaultStep fault)
    {
        if (fault.Fault != DiskFaultKind.IoError) yield return new CrashStep(fault.Node, Unsynced.Stays, fault.Down);
        foreach (DiskOperationKind? operation in Operations)
        {
            for (int count = 1; count <= 3; count++) yield return fault with { Operation = operation, Count = count };
        }

        foreach (long count in Rounding.Smaller(fault.Count, 1)) yield return fault with { Count = (int)count };
        foreach (int kept in KeptBytes.Where(_ => fault.Fault == DiskFaultKind.CrashDuring)) yield return fault with { KeptBytes = kept };
        foreach (TimeSpan down in OfDuration(fault.Down)) yield return fault with { Down = down };
    }

    private static IEnumerable<long> OfEffects(long effects) => Rounding.Smaller(effects, 1);

    /// <summary>What ends by itself too late to matter needs no end.</summary>
    private static IEnumerable<TimeSpan> OfDuration(TimeSpan duration) => Rounding.Of(duration).Prepend(Lasting.Forever);

    /// <summary>One node alone, both directions of a link less, one direction less.</summary>
    private static IEnumerable<IReadOnlyList<Link>> OfLinks(IReadOnlyList<Link> links, int nodes)
    {
        for (int node = 0; node < nodes; node++) yield return Nemesis.Shapes.Isolate(nodes, node);
        foreach (Link link in links.Where(link => link.From < link.To)) yield return [.. links.Where(l => l != link && l != new Link(link.To, link.From))];
        foreach (Link link in links) yield return [.. links.Where(l => l != link)];
    }

    private static IEnumerable<Step> OfOperation(OperationStep operation)
    {
        bool asks = operation.Function is ClientFunction.Read or ClientFunction.Scan;
        OperationStep plain = operation with { ThroughNode = false, FromFollower = false, Value = operation.Value.TrimEnd('.') };
        yield return plain with { Consistency = ReadConsistency.Linearizable };
        yield return plain;
        yield return operation with { ThroughNode = false };
        yield return operation with { FromFollower = false };
        if (!asks) yield return plain with { Function = ClientFunction.Write, Key = "x", Value = Named(plain), Expected = null };
        if (!asks) yield return plain with { Function = ClientFunction.Add, Key = WorkloadPlan.CounterOf(0), Value = "", Expected = null };
        if (operation.Function == ClientFunction.Scan) yield return plain with { Function = ClientFunction.Read, Key = "x" };
        if (asks) yield return plain with { Key = operation.Function == ClientFunction.Read ? "x" : "" };
    }

    private static string Named(OperationStep operation) => operation.Value.Length > 0 ? operation.Value : $"c{operation.Client}-{operation.Number}";

    private static IEnumerable<FrameFate> OfFate(FrameFate fate)
    {
        if (fate.Kind is FateKind.Corrupted or FateKind.Late) yield return new FrameFate(FateKind.Lost);
        if (fate.Kind is FateKind.Late or FateKind.Copied)
        {
            foreach (TimeSpan extra in Rounding.Of(fate.Extra)) yield return fate with { Extra = extra };
        }

        if (fate.Kind == FateKind.Corrupted)
        {
            foreach (long bit in Rounding.Smaller(fate.Bit, 0)) yield return fate with { Bit = (int)bit };
        }
    }
}
