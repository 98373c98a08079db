using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Reads what a scenario waits for, expects, or excludes.</summary>
internal sealed class ConditionParser(RunPlan plan)
{
    /// <summary>Reads a condition up to the end of the line, or up to <c>within</c>.</summary>
    public Condition Read(Words words)
    {
        string first = words.Next("a condition");
        if (first == "nobody" && words.Skip("leads")) return new LeaderCondition("nobody leads", LeaderCondition.Nobody);
        if (first == "somebody" && words.Skip("leads")) return new LeaderCondition("somebody leads", LeaderCondition.Somebody);
        if (Words.IsClient(first)) return ReadOfClient(words, first, words.Client(plan, first));
        return ReadOfNode(words, first, words.Node(plan, first));
    }

    private static Condition ReadOfClient(Words words, string name, int client)
    {
        string word = words.Next("what became of the client's operation");
        if (word == "done") return new DoneCondition($"{name} done", client);
        if (word == "busy") return new AnswerCondition($"{name} busy", client, null, null);
        if (!Enum.TryParse(word, ignoreCase: true, out HistoryEventType type) || type == HistoryEventType.Invoke)
            throw words.Wrong($"'{word}' is no outcome; ok, fail, info, busy and done are");
        string? value = words.AtEnd || words.Peek == "within" ? null : words.Next("a value");
        return new AnswerCondition($"{name} {word}{(value is null ? "" : $" {value}")}", client, type, value);
    }

    private static Condition ReadOfNode(Words words, string name, int node)
    {
        string word = words.Next("what is to be the case with the node");
        if (word == "leads") return new LeaderCondition($"{name} leads", node);
        if (word == "down") return new RoleCondition($"{name} down", node, null);
        if (word == "is")
        {
            string role = words.Next("a role");
            bool isRole = Enum.TryParse(role, ignoreCase: true, out Role found);
            return isRole ? new RoleCondition($"{name} is {role}", node, found) : throw words.Wrong($"'{role}' is no role; {string.Join(", ", Enum.GetNames<Role>())} are");
        }

        if (word == "log")
        {
            var runs = new List<string>();
            while (!words.AtEnd && words.Peek != "within") runs.Add(words.Next("a term"));
            bool reads = TermRuns.TryRead(runs, out List<long> terms) && runs.Count > 0;
            return reads
                ? new LogCondition($"{name} log {string.Join(' ', runs)}", node, terms)
                : throw words.Wrong("a log is written as terms and runs of terms, such as 1x3 4 4 5, or 'empty'");
        }

        if (word == "holds")
        {
            string key = words.Next("a key");
            string value = words.Next("a value, or 'nothing',");
            return new ValueCondition($"{name} holds {key} {value}", node, key, value == "nothing" ? null : value);
        }

        if (!Enum.TryParse(word, ignoreCase: true, out NodeNumber number))
            throw words.Wrong($"'{word}' is nothing that can be said of a node; leads, down, is, log, holds, term, commit, applied, last and durable are");
        Comparison comparison = words.Skip(">=") ? Comparison.AtLeast : words.Skip("<=") ? Comparison.AtMost : Comparison.Equal;
        string sign = comparison switch
        {
            Comparison.AtLeast => ">= ",
            Comparison.AtMost => "<= ",
            _ => "",
        };
        long wanted = words.Number("number", 0, long.MaxValue);
        return new NumberCondition($"{name} {word} {sign}{wanted}", node, number, comparison, wanted);
    }
}
