using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Reads what a scenario waits for, expects, or excludes.</summary>
internal sealed class ConditionParser(RunPlan plan)
{
    /// <summary>Reads conditions with <c>and</c> or <c>or</c> between them, up to the end of the line, or up to <c>within</c>.</summary>
    public Condition Read(Words words)
    {
        var parts = new List<Condition> { ReadOne(words) };
        string joint = words.Peek;
        if (joint is not ("and" or "or")) return parts[0];
        while (words.Skip(joint)) parts.Add(ReadOne(words));
        if (words.Peek is "and" or "or") throw words.Wrong("a line has 'and' or 'or', not both; write two lines, or leave one out");
        string text = string.Join($" {joint} ", parts.Select(part => part.Text));
        return joint == "and" ? new AllCondition(text, parts) : new AnyCondition(text, parts);
    }

    private Condition ReadOne(Words words)
    {
        if (words.Peek.Contains('>', StringComparison.Ordinal)) return ReadOfLinks(words);
        string first = words.Next("a condition");
        if (first == "nobody" && words.Skip("leads")) return new LeaderCondition("nobody leads", LeaderCondition.Nobody);
        if (first == "somebody" && words.Skip("leads")) return new LeaderCondition("somebody leads", LeaderCondition.Somebody);
        if (first == "new" && words.Skip("leaders"))
        {
            Bound bound = ReadBound(words);
            return new LeadersCondition($"new leaders {bound}", bound);
        }

        if (Words.IsClient(first)) return ReadOfClient(words, first, words.Client(plan, first));
        if (first != "all") return ReadOfNode(words, words.Node(plan, first))(words.Node(plan, first));
        Func<int, Condition> ofNode = ReadOfNode(words, 0);
        List<Condition> parts = [.. Enumerable.Range(0, plan.NodeCount).Select(ofNode)];
        return new AllCondition($"all{parts[0].Text[2..]}", parts);
    }

    private SentCondition ReadOfLinks(Words words)
    {
        List<Link> links = words.Links(plan);
        words.Expect("sent");
        MessageKind kind = words.Kind();
        Bound bound = ReadBound(words);
        return new SentCondition($"{StepWriter.WriteLinks(links)} sent {kind} {bound}", links, kind, bound);
    }

    private static Condition ReadOfClient(Words words, string name, int client)
    {
        string word = words.Next("what became of the client's operation");
        if (word == "done") return new DoneCondition($"{name} done", client);
        if (!Outcomes.TryRead(word, out HistoryEventType type)) throw words.Wrong($"'{word}' is no outcome; ok, failed, unknown, busy and done are");
        string? value = type != HistoryEventType.Ok || IsOver(words) ? null : words.Next("a value");
        return new AnswerCondition($"{name} {word}{(value is null ? "" : $" {value}")}", client, type, value);
    }

    /// <summary>What is said, of whichever node.</summary>
    private static Func<int, Condition> ReadOfNode(Words words, int example)
    {
        string word = words.Next($"what is to be the case with n{example + 1}");
        switch (word)
        {
            case "leads":
                return node => new LeaderCondition($"{Name(node)} leads", node);
            case "down":
                return node => new RoleCondition($"{Name(node)} down", node, null);
            case "recovering":
                return node => new RecoveringCondition($"{Name(node)} recovering", node);
            case "replaced":
                return node => new ReplacedCondition($"{Name(node)} replaced", node);
            case "members":
                return ReadMembers(words);
            case "is":
                string role = words.Next("a role");
                return Enum.TryParse(role, ignoreCase: true, out Role found)
                    ? node => new RoleCondition($"{Name(node)} is {role}", node, found)
                    : throw words.Wrong($"'{role}' is no role; {string.Join(", ", Enum.GetNames<Role>())} are");
            case "has":
                words.Expect("lease");
                return node => new LeaseCondition($"{Name(node)} has lease", node);
            case "log":
                return ReadLog(words);
            case "holds":
                string key = words.Next("a key");
                string value = words.Next("a value, or 'nothing',");
                return node => new ValueCondition($"{Name(node)} holds {key} {value}", node, key, value == "nothing" ? null : value);
            default:
                break;
        }

        if (!Enum.TryParse(word, ignoreCase: true, out NodeNumber number))
            throw words.Wrong($"'{word}' is nothing that can be said of a node; leads, down, is, replaced, members, has lease, log, holds, term, commit, applied, last, durable, first and snapshot are");
        Bound bound = ReadBound(words);
        return node => new NumberCondition($"{Name(node)} {word} {bound}", node, number, bound);
    }

    private static Func<int, Condition> ReadLog(Words words)
    {
        var runs = new List<string>();
        while (!IsOver(words)) runs.Add(words.Next("a term"));
        bool reads = TermRuns.TryRead(runs, out List<long> terms) && runs.Count > 0;
        return reads
            ? node => new LogCondition($"{Name(node)} log {string.Join(' ', runs)}", node, terms)
            : throw words.Wrong("a log is written as terms and runs of terms, such as 1x3 4 4 5, or 'empty'");
    }

    /// <summary>As a configuration is written: n1 n2 (n3), with + and - in front of who joins and leaves.</summary>
    private static Func<int, Condition> ReadMembers(Words words)
    {
        var members = new List<string>();
        while (!IsOver(words)) members.Add(words.Next("a member"));
        string text = string.Join(' ', members);
        return text.Length > 0
            ? node => new MembersCondition($"{Name(node)} members {text}", node, text)
            : throw words.Wrong("members are written as n1 n2 (n3), learners in parentheses, with + or - in front of who joins or leaves");
    }

    private static Bound ReadBound(Words words)
    {
        Comparison comparison = words.Skip(">=") ? Comparison.AtLeast : words.Skip("<=") ? Comparison.AtMost : Comparison.Equal;
        return new Bound(comparison, words.Number("number", 0, long.MaxValue));
    }

    /// <summary>The condition ends here.</summary>
    private static bool IsOver(Words words) => words.AtEnd || words.Peek is "within" or "and" or "or";

    private static string Name(int node) => $"n{node + 1}";
}
