using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Nemesis;

/// <summary>Draws what becomes of single frames.</summary>
internal static class FateDraw
{
    /// <summary>Of a message that fares worse than others, how many come twice, and how many late.</summary>
    private const double OfHarried = 0.35;

    public static FrameFate Draw(NetworkPlan plan, MessageKind? kind, ref DeterministicRandom random)
    {
        double pick = random.NextDouble();
        bool isHarried = kind is not null && kind == plan.Harried;
        if ((pick -= plan.Loss) < 0) return new FrameFate(FateKind.Lost);
        if ((pick -= isHarried ? OfHarried : plan.Duplicate) < 0) return new FrameFate(FateKind.Copied, DrawExtra(plan, ref random));
        double late = isHarried && !plan.KeepsOrder ? OfHarried : plan.Late;
        if ((pick -= late) < 0) return new FrameFate(FateKind.Late, random.Between(TimeSpan.Zero, plan.LateMax));
        if (pick - plan.Corruption < 0) return new FrameFate(FateKind.Corrupted, Bit: (int)random.Next(int.MaxValue));
        return FrameFate.Arrives;
    }

    /// <summary>
    /// Half of the copies come soon after the original, the others when the world has moved on. Links that keep their order know no late ones.
    /// </summary>
    private static TimeSpan DrawExtra(NetworkPlan plan, ref DeterministicRandom random) =>
        random.Chance(0.5) || plan.KeepsOrder
            ? random.Between(TimeSpan.Zero, plan.DelayMax * 2)
            : random.Between(TimeSpan.Zero, plan.LateMax);
}
