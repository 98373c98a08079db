using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Reads the lines that say what happens, one at a time, into a scenario.</summary>
internal sealed class LineParser(Scenario scenario)
{
    private const string Verbs = "wait, until, expect, never, elect, campaign, count, repeat, finish, or a step";

    private readonly StepParser _steps = new(scenario.Plan);
    private readonly OperationParser _operations = new(scenario.Plan);
    private readonly ConditionParser _conditions = new(scenario.Plan);

    /// <summary>Reads a line into the scenario.</summary>
    public void Read(Words words)
    {
        TimeSpan? at = words.Skip("at") ? words.Time("the instant") : null;
        if (TryReadFate(words)) return;
        if (words.Peek == "expect" && TryReadVerdict(words)) return;
        if (_operations.TryRead(words) is { } operations)
        {
            foreach (OperationStep operation in operations) scenario.Statements.Add(new DoStatement(words.Line, at, operation));
            return;
        }

        if (_steps.TryRead(words) is { } step)
        {
            if (step is CrashNewLeaderStep waiting) scenario.Script.NewLeaders.Add(waiting);
            else scenario.Statements.Add(new DoStatement(words.Line, at, step));
            return;
        }

        string verb = words.Next("what happens");
        scenario.Statements.Add(verb switch
        {
            "wait" => new WaitStatement(words.Line, at, words.Time("the time to wait")),
            "elect" => new ElectStatement(words.Line, at, words.Node(scenario.Plan)),
            "campaign" => new CampaignStatement(words.Line, at, words.Node(scenario.Plan)),
            "expect" => new ExpectStatement(words.Line, at, _conditions.Read(words)),
            "never" => new NeverStatement(words.Line, at, _conditions.Read(words)),
            "until" => ReadUntil(words, at),
            "finish" => ReadFinish(words, at),
            "count" => ReadCount(words, at),
            "preset" or "down" => throw words.Wrong($"'{verb}' comes after the settings, before the first line that does something"),
            _ when PlanSetting.Find(verb) is not null => throw words.Wrong($"'{verb}' is a setting; settings come before everything else"),
            _ => throw words.Wrong($"'{verb}' begins no line; a line begins with {Verbs}, see docs/scenarios.md"),
        });
        words.End();
    }

    private static CountStatement ReadCount(Words words, TimeSpan? at)
    {
        words.Expect("from");
        words.Expect("here");
        return new CountStatement(words.Line, at);
    }

    private UntilStatement ReadUntil(Words words, TimeSpan? at)
    {
        Condition condition = _conditions.Read(words);
        return new UntilStatement(words.Line, at, condition, words.Skip("within") ? words.Time("the time after 'within'") : TimeSpan.FromSeconds(10));
    }

    private FinishStatement ReadFinish(Words words, TimeSpan? at)
    {
        var left = new Dictionary<int, Aftermath>();
        while (words.Skip("leaving"))
        {
            int node = words.Node(scenario.Plan);
            string word = words.Next("how the node is left");
            left[node] = Enum.TryParse(word, ignoreCase: true, out Aftermath aftermath)
                ? aftermath
                : throw words.Wrong($"'{word}' is no way to leave a node; {string.Join(", ", Enum.GetNames<Aftermath>())} are");
        }

        return new FinishStatement(words.Line, at, left);
    }

    private bool TryReadVerdict(Words words)
    {
        words.Skip("expect");
        if (words.Peek is not ("violation" or "stuck" or "undecided" or "unrecoverable"))
        {
            words.Back();
            return false;
        }

        scenario.ExpectedVerdict = string.Join(' ', words.Rest());
        return true;
    }

    private bool TryReadFate(Words words)
    {
        string verb = words.Peek;
        if (verb is not ("lose" or "double" or "postpone" or "damage")) return false;
        words.Next("a word");
        (int from, int to) = words.Ends(scenario.Plan, words.Next("a link"));
        MessageKind? kind = StepParser.ReadKind(words);
        long term = 0;
        if (words.Skip("of"))
        {
            words.Expect("term");
            term = words.Number("term", 1, long.MaxValue);
        }

        string ordinal = words.Next("the number of the frame, such as #12,");
        if (!ordinal.StartsWith('#') || !long.TryParse(ordinal.AsSpan(1), out long number)) throw words.Wrong($"'{ordinal}' is no number of a frame; it is written #12");
        FrameFate fate;
        switch (verb)
        {
            case "lose":
                fate = new FrameFate(FateKind.Lost);
                break;
            case "double":
                words.Expect("after");
                fate = new FrameFate(FateKind.Copied, words.Time("how much later the copy comes"));
                break;
            case "postpone":
                words.Expect("by");
                fate = new FrameFate(FateKind.Late, words.Time("how much later the frame comes"));
                break;
            default:
                words.Expect("at");
                words.Expect("bit");
                fate = new FrameFate(FateKind.Corrupted, Bit: (int)words.Number("bit", 0, int.MaxValue));
                break;
        }

        words.End();
        scenario.Script.Fates[new FrameName(from, to, kind, term, number)] = fate;
        return true;
    }
}
