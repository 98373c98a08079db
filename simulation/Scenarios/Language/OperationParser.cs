using DEngine.Core;
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
        (ClientFunction function, ReadConsistency consistency) = ReadVerb(words);
        string key = words.Next("a key");
        if (function == ClientFunction.Scan && key == "all") key = "";
        if (function == ClientFunction.Add && !WorkloadPlan.IsCounter(key))
            throw words.Wrong($"'{key}' is no counter; their names begin with '{WorkloadPlan.CounterPrefix}'");
        string? expected = null;
        if (function == ClientFunction.Cas && !words.Skip("last")) expected = words.Next("what the key is expected to hold, or 'last',");
        string value = function is ClientFunction.Write or ClientFunction.Cas or ClientFunction.Append ? words.Next("a value") : "";
        if (words.Skip("length")) value = value.PadRight((int)words.Number("length", 1, 1 << 20), '.');
        bool fromFollower = words.Skip("from");
        if (fromFollower) words.Expect("follower");
        bool throughNode = words.Skip("through");
        if (throughNode) words.Expect("node");
        int? via = words.Skip("via") ? words.Node(plan) : null;
        words.End();
        return new OperationStep(client, number, function, key)
        {
            Value = value,
            Expected = expected,
            Consistency = consistency,
            FromFollower = fromFollower,
            ThroughNode = throughNode,
            Via = via,
        };
    }

    private static (ClientFunction Function, ReadConsistency Consistency) ReadVerb(Words words)
    {
        string verb = words.Next("what the client does");
        ReadConsistency consistency = verb.StartsWith("lease-", StringComparison.Ordinal) ? ReadConsistency.Lease
            : verb.StartsWith("eventual-", StringComparison.Ordinal) ? ReadConsistency.Eventual
            : ReadConsistency.Linearizable;
        ClientFunction? function = verb switch
        {
            "get" or "lease-get" or "eventual-get" => ClientFunction.Read,
            "scan" or "lease-scan" or "eventual-scan" => ClientFunction.Scan,
            "put" => ClientFunction.Write,
            "cas" => ClientFunction.Cas,
            "append" => ClientFunction.Append,
            "add" => ClientFunction.Add,
            "delete" => ClientFunction.Delete,
            _ => null,
        };
        const string Verbs = "get, scan (also lease-get, eventual-get, ...), put, cas, append, add, delete and works are";
        return function is { } known ? (known, consistency) : throw words.Wrong($"'{verb}' is nothing that a client does; {Verbs}");
    }

    private long NextNumber(int client) => _numbers[client] = _numbers.GetValueOrDefault(client) + 1;
}
