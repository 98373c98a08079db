using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Workload;

/// <summary>Draws what a client does next. Each operation is a function of its number alone.</summary>
internal sealed class OperationDraw(RunPlan plan, int client)
{
    private readonly Draws _draws = new(plan.Seed);

    public OperationStep Draw(long number)
    {
        DeterministicRandom random = _draws.Of(Concern.Operation, client, number);
        HistoryFunction function = random.Next(20) switch
        {
            < 8 => HistoryFunction.Read,
            < 16 => HistoryFunction.Write,
            < 19 => HistoryFunction.Cas,
            _ => HistoryFunction.Delete,
        };
        bool readsByLease = random.Chance(plan.Workload.LeaseReads);
        return new OperationStep(client, number, function, $"k{random.Next(plan.Workload.KeyCount)}")
        {
            Value = DrawValue(number, ref random),
            Consistency = readsByLease ? ReadConsistency.Lease : ReadConsistency.Linearizable,
            ThroughNode = random.Chance(0.3),
        };
    }

    private string DrawValue(long number, ref DeterministicRandom random)
    {
        string value = $"c{client}-{number}";
        return random.Chance(0.05) ? value.PadRight((int)random.Between(100, 2000), '.') : value;
    }
}
