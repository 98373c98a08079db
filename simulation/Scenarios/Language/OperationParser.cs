using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Workload;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Reads what clients do.</summary>
internal sealed class OperationParser(RunPlan plan)
{
    private readonly Dictionary<int, long> _numbers = [];

    /// <summary>Reads one operation, or the many of a client that works; null: the line does not begin with a client.</summary>
    public IReadOnlyList<OperationStep>? TryRead(Words words)
    {
        string[] name = words.Peek.Split('#');
        if (!Words.IsClient(name[0])) return null;
        words.Next("a client");
        int client = words.Client(plan, name[0]);
        return words.Skip("works") ? ReadWork(words, client) : [ReadOne(words, client, name)];
    }

    /// <summary>Operations as the swarm draws them, one after the other.</summary>
    private List<OperationStep> ReadWork(Words words, int client)
    {
        int count = words.Times();
        words.End();
        var draw = new OperationDraw(plan, client);
        var operations = new List<OperationStep>();
        for (int i = 0; i < count; i++) operations.Add(draw.Draw(NextNumber(client)));
        return operations;
    }

    private OperationStep ReadOne(Words words, int client, string[] name)
    {
        long number = NextNumber(client);
        if (name.Length > 1 && !long.TryParse(name[1], out number)) throw words.Wrong($"'#{name[1]}' is no number of an operation");
        _numbers[client] = number;
        string verb = words.Next("what the client does");
        HistoryFunction function = verb switch
        {
            "get" or "lease-get" => HistoryFunction.Read,
            "put" => HistoryFunction.Write,
            "cas" => HistoryFunction.Cas,
            "delete" => HistoryFunction.Delete,
            _ => throw words.Wrong($"'{verb}' is nothing that a client does; get, lease-get, put, cas, delete and works are"),
        };
        string key = words.Next("a key");
        string? expected = null;
        if (function == HistoryFunction.Cas && !words.Skip("last")) expected = words.Next("what the key is expected to hold, or 'last',");
        string value = function is HistoryFunction.Write or HistoryFunction.Cas ? words.Next("a value") : "";
        if (words.Skip("length")) value = value.PadRight((int)words.Number("length", 1, 1 << 20), '.');
        bool throughNode = words.Skip("through");
        if (throughNode) words.Expect("node");
        int? via = words.Skip("via") ? words.Node(plan) : null;
        words.End();
        return new OperationStep(client, number, function, key)
        {
            Value = value,
            Expected = expected,
            Consistency = verb == "lease-get" ? ReadConsistency.Lease : ReadConsistency.Linearizable,
            ThroughNode = throughNode,
            Via = via,
        };
    }

    private long NextNumber(int client) => _numbers[client] = _numbers.GetValueOrDefault(client) + 1;
}
