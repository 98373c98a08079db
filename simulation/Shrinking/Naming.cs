using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>Short names for what is left: clients and operations from the first one on, values by their number, and the node that is asked.</summary>
internal sealed class Naming(Attempts attempts)
{
    private Candidate Best => attempts.Best;

    public void Run()
    {
        if (!Best.Decisions.Any(d => d.IsOperation)) return;
        if (!attempts.TryCheaperUnderAnySeed(Values(Operations(Clients(Best)))))
        {
            attempts.TryCheaperUnderAnySeed(Clients(Best));
            attempts.TryCheaperUnderAnySeed(Operations(Best));
            attempts.TryCheaper(Values(Best));
        }

        NameNodes();
    }

    private static Candidate Clients(Candidate candidate)
    {
        int nodes = candidate.Plan.NodeCount;
        List<int> clients = [.. candidate.Decisions.SelectMany(ClientsOf).Distinct().Order()];
        Candidate named = Each(candidate, operation => operation with { Client = clients.IndexOf(operation.Client) });
        named = named.Map(d => d.Framed is { } framed
            ? new Decision { Framed = (framed.Frame with { From = Moved(framed.Frame.From), To = Moved(framed.Frame.To) }, framed.Fate) }
            : d);
        return named with { Plan = named.Plan with { Workload = named.Plan.Workload with { ClientCount = Math.Max(1, clients.Count) } } };

        int Moved(int position) => position < nodes ? position : nodes + clients.IndexOf(position - nodes);
        IEnumerable<int> ClientsOf(Decision decision)
        {
            if (decision.Timed is { Step: OperationStep operation }) yield return operation.Client;
            if (decision.Framed is not { } framed) yield break;
            if (framed.Frame.From >= nodes) yield return framed.Frame.From - nodes;
            if (framed.Frame.To >= nodes) yield return framed.Frame.To - nodes;
        }
    }

    private static Candidate Operations(Candidate candidate)
    {
        var numbers = new Dictionary<int, long>();
        return Each(candidate, operation => operation with { Number = numbers[operation.Client] = numbers.GetValueOrDefault(operation.Client) + 1 });
    }

    /// <summary>Values are written once in a run: the first one is 1. What is appended keeps its mark.</summary>
    private static Candidate Values(Candidate candidate)
    {
        var names = new Dictionary<string, string>();
        return Each(candidate, operation => operation with
        {
            Value = Named(operation.Value),
            Expected = operation.Expected is { } expected ? Named(expected) : null,
        });

        string Named(string value)
        {
            if (value.Length == 0) return value;
            if (names.TryGetValue(value, out string? name)) return name;
            name = $"{names.Count + 1}{(value.EndsWith(';') ? ";" : "")}";
            if (value.EndsWith('.')) name = name.PadRight(value.Length, '.');
            names.Add(value, name);
            return name;
        }
    }

    /// <summary>Who is asked is drawn unless it is said; said, it is a part of the story.</summary>
    private void NameNodes()
    {
        for (int i = 0; i < Best.Decisions.Count && !attempts.IsTimeUp; i++)
        {
            if (Best.Decisions[i] is not { Timed: { Step: OperationStep { Via: null, FromFollower: false } operation } timed } decision) continue;
            for (int node = 0; node < Best.Plan.NodeCount && Best.Plan.NodeCount > 1; node++)
            {
                if (attempts.Try(Best.Replace(decision, decision with { Timed = timed with { Step = operation with { Via = node } } }))) break;
            }
        }
    }

    private static Candidate Each(Candidate candidate, Func<OperationStep, OperationStep> change) => candidate.Map(d =>
        d is { Timed: { Step: OperationStep operation } timed } ? d with { Timed = timed with { Step = change(operation) } } : d);
}
