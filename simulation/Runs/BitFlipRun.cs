using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>
/// Runs in which one bit turns over, anywhere in the directory of one node of three, in the middle of load and crashes. Whatever it is in, nobody gets a wrong
/// answer, nothing acknowledged is lost, and in the end it is gone from the disk, or the node has refused to start.
/// </summary>
public static class BitFlipRun
{
    /// <summary>Runs a seed.</summary>
    public static BitFlipResult Run(ulong seed)
    {
        RunPlan plan = BitFlipPlan.Create(seed);
        var world = new SimulatedWorld(plan, script: null);
        var outcome = BitFlipOutcome.None;
        string file = "";
        RunResult run = Simulator.Judge(world, plan, Carry);
        return new BitFlipResult(run, outcome, file);

        Ending Carry()
        {
            DeterministicRandom random = new Draws(seed).Of(Concern.BitFlip, subject: 1);
            world.Begin();
            world.RunUntil(TimeSpan.FromMilliseconds(random.Between(300, 1200)));
            SimulatedNode node = world.Nodes[(int)random.Next(world.Nodes.Length)];
            file = FlipBit(node, ref random);
            if (file.Length > 0) outcome = WhatBecomesOf(node);

            // It is met by a start at once, by the scrub, or by a start in the end; the others come and go meanwhile.
            if (random.Chance(0.5)) Crash(node, ref random);
            for (long crashes = random.Next(3); crashes > 0; crashes--)
            {
                world.RunUntil(world.Queue.Now + TimeSpan.FromMilliseconds(random.Between(1, 200)));
                SimulatedNode other = world.Nodes[(int)random.Next(world.Nodes.Length)];
                if (other != node && other.Node is not null) Crash(other, ref random);
            }

            world.RunUntil(plan.SafetyPhase);
            if (node.Node is not null) Crash(node, ref random);
            world.RunUntil(plan.SafetyPhase + TimeSpan.FromMilliseconds(200));
            Ending ending = Phases.Finish(world, plan);
            if (ending.Verdict != RunVerdict.Passed || node.IsBroken || node.FindDamage() is not { Length: > 0 } left) return ending;
            return Ending.StuckIf($"ROT {node.Id} has started again since a bit of {file} has turned over, and there is still: {left}");
        }

        void Crash(SimulatedNode node, ref DeterministicRandom random)
        {
            // With memory-first persistence a loss of power loses more than the bit; processes end there, and machines do not.
            bool isPowerLoss = plan.Disk.Flush is null && random.Chance(0.5);
            world.Perform(new CrashStep(node.Position, isPowerLoss ? Unsynced.Shuffled : Unsynced.Stays, TimeSpan.FromMilliseconds(random.Between(1, 100))));
        }
    }

    /// <summary>
    /// Turns a bit over. In every other run in a file that is as likely as the others, however small it is; in every other run where something other than
    /// zeros is written.
    /// </summary>
    /// <returns>In which file; empty: there is none.</returns>
    private static string FlipBit(SimulatedNode node, ref DeterministicRandom random)
    {
        string[] names = [.. node.Disk.Shown().Order(StringComparer.Ordinal)];
        if (random.Chance(0.5) && names.Length > 0) names = [names[random.Next(names.Length)]];
        bool isWritten = random.Chance(0.5);
        (string Name, int Offset)[] places =
        [
            .. names.SelectMany(name => node.Disk.Peek(name).Select((content, offset) => (name, offset, content)))
                .Where(place => place.content != 0 || !isWritten).Select(place => (place.name, place.offset)),
        ];
        if (places.Length == 0) return "";
        (string file, int at) = places[random.Next(places.Length)];
        node.FlipBit(file, at, (int)random.Next(8));
        return file;
    }

    private static BitFlipOutcome WhatBecomesOf(SimulatedNode node)
    {
        (DiskFinding finding, string damage) = node.TryStart();
        return finding switch
        {
            DiskFinding.Unusable => BitFlipOutcome.Refused,
            DiskFinding.Damaged => BitFlipOutcome.FetchedBack,
            _ => damage.Length == 0 ? BitFlipOutcome.Harmless : BitFlipOutcome.PutRight,
        };
    }
}
