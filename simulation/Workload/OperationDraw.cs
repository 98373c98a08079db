using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Workload;

/// <summary>Draws what a client does next. Each operation is a function of its number alone.</summary>
internal sealed class OperationDraw(RunPlan plan, int client)
{
    private readonly Draws _draws = new(plan.Seed);

    private WorkloadPlan Load => plan.Workload;

    public OperationStep Draw(long number)
    {
        DeterministicRandom random = _draws.Of(Concern.Operation, client, number);
        ClientFunction function = Load.Pick(ref random);
        string key = DrawKey(function, ref random);
        bool asks = function is ClientFunction.Read or ClientFunction.Scan;
        ReadConsistency consistency = DrawConsistency(ref random);
        bool fromFollower = random.Chance(Load.FollowerReads);
        bool throughNode = random.Chance(0.3);
        return new OperationStep(client, number, function, key)
        {
            Value = DrawValue(function, number, ref random),
            Consistency = asks ? consistency : ReadConsistency.Linearizable,
            FromFollower = fromFollower,
            ThroughNode = !asks && throughNode,
        };
    }

    private string DrawKey(ClientFunction function, ref DeterministicRandom random)
    {
        long key = random.Chance(Load.HotKey) ? 0 : random.Next(Load.KeyCount);
        bool isOfCounter = function == ClientFunction.Add || (function == ClientFunction.Read && Load.CounterCount > 0 && random.Chance(0.3));
        if (isOfCounter) return WorkloadPlan.CounterOf(random.Next(Math.Max(1, Load.CounterCount)));
        if (function != ClientFunction.Scan) return WorkloadPlan.KeyOf(key);
        return random.Next(4) switch
        {
            0 => WorkloadPlan.KeyOf(key % 10),
            1 => WorkloadPlan.CounterPrefix,
            2 => "k",
            _ => "",
        };
    }

    private ReadConsistency DrawConsistency(ref DeterministicRandom random)
    {
        if (random.Chance(Load.EventualReads)) return ReadConsistency.Eventual;
        return random.Chance(Load.LeaseReads) ? ReadConsistency.Lease : ReadConsistency.Linearizable;
    }

    private string DrawValue(ClientFunction function, long number, ref DeterministicRandom random)
    {
        switch (function)
        {
            case ClientFunction.Read or ClientFunction.Scan or ClientFunction.Delete or ClientFunction.Add:
                return "";
            case ClientFunction.Append:
                return $"{client}-{number};";
            default:
                string value = $"c{client}-{number}";
                return random.Chance(0.05) ? value.PadRight((int)random.Between(100, Load.ValueLengthMax), '.') : value;
        }
    }
}
