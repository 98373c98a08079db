using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>
/// Runs one seed: a safety phase with faults, a liveness phase in which a quorum is up and nothing goes wrong any more, a quiet phase in which everything
/// must come to rest; then the history is judged. A pure function of the seed and the code.
/// </summary>
public static class Simulator
{
    /// <summary>Runs what the seed's swarm draws.</summary>
    public static RunResult Run(ulong seed) => Run(RunPlan.Draw(seed));

    /// <summary>Runs a plan; the swarm decides what goes wrong.</summary>
    public static RunResult Run(RunPlan plan) => Run(plan, new RunOptions());

    internal static RunResult Run(RunPlan plan, RunOptions options)
    {
        var world = new SimulatedWorld(plan, options.Script) { Recording = options.Recording, Watcher = options.Watcher, FaultWatcher = options.FaultWatcher };
        return Judge(world, plan, () => RunPhases(world, plan, options));
    }

    /// <summary>Carries a run out and says how it has ended, whatever ends it.</summary>
    internal static RunResult Judge(SimulatedWorld world, RunPlan plan, Func<Ending> run)
    {
        Ending ending;
        try
        {
            ending = run();
        }
        catch (UnrecoverableException lost)
        {
            ending = Phases.EndUnrecoverable(world, lost.Message);
        }
        catch (ViolationException violation)
        {
            ending = new Ending(RunVerdict.Violation, violation.Message);
        }
        catch (InvariantViolationException broken)
        {
            ending = new Ending(RunVerdict.Violation, $"INV {broken.Message}");
        }
        catch (Exception unforeseen) when (unforeseen is not OutOfMemoryException)
        {
            // A sweep of thousands must say which seed it was.
            string where = unforeseen.TargetSite is { } method ? $"{method.DeclaringType?.Name}.{method.Name}" : "an unknown place";
            ending = new Ending(RunVerdict.Violation, $"CRASH {unforeseen.GetType().Name} in {where}: {unforeseen.Message}");
        }

        return new RunResult(
            plan.Seed, ending.Verdict, ending.Reason, world.TraceHash, world.Queue.Now, world.Events, world.Operations, world.FaultCount, world.History);
    }

    private static Ending RunPhases(SimulatedWorld world, RunPlan plan, RunOptions options)
    {
        foreach (Preset preset in options.Presets) world.Nodes[preset.Node].Preset(preset.Terms, preset.HardState);
        world.Begin();

        // As in a scenario, what happens by itself at the very beginning comes before the first step.
        if (options.Script is not null) world.RunUntil(TimeSpan.Zero);
        foreach ((TimeSpan at, Step step) in options.Script?.Steps ?? [])
        {
            world.RunUntil(at - new TimeSpan(1));
            world.AdvanceTo(at);
            world.Perform(step);
        }

        world.RunUntil(plan.SafetyPhase);
        return Phases.Finish(world, plan);
    }
}
