using BenchmarkDotNet.Attributes;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;

namespace DEngine.Bench;

/// <summary>What a simulated second costs: the mean is wall time for one second of a cluster of three, on one core.</summary>
[MemoryDiagnoser]
public class SimulatedTime
{
    private const int LoadSeconds = 600;
    private const int IdleSeconds = 3600;

    private readonly RunPlan _steadyLoad = SpeedPlan.Steady(TimeSpan.FromSeconds(LoadSeconds));
    private readonly RunPlan _idle = SpeedPlan.Idle(TimeSpan.FromSeconds(IdleSeconds));

    /// <summary>100 operations a second.</summary>
    [Benchmark(OperationsPerInvoke = LoadSeconds)]
    public RunResult SteadyLoad() => Passed(_steadyLoad);

    [Benchmark(OperationsPerInvoke = IdleSeconds)]
    public RunResult Idle() => Passed(_idle);

    private static RunResult Passed(RunPlan plan)
    {
        RunResult result = Simulator.Run(plan);
        return result.Verdict == RunVerdict.Passed ? result : throw new InvalidOperationException(result.ToString());
    }
}
