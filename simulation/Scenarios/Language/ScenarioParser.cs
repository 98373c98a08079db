using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Reads scenarios. Settings and presets come first, then what happens, line by line.</summary>
internal sealed class ScenarioParser
{
    private readonly string _name;
    private readonly List<Words> _lines = [];

    private ScenarioParser(string name, string text)
    {
        _name = name;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            var words = new Words(name, i + 1, lines[i]);
            if (!words.IsEmpty) _lines.Add(words);
        }
    }

    /// <summary>Reads a scenario.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="ScenarioSyntaxException">It is not one.</exception>
    public static Scenario Read(string name, string text) => new ScenarioParser(name, text).Read();

    private Scenario Read()
    {
        int next = 0;
        RunPlan plan = PlainPlan.Create();
        while (next < _lines.Count && PlanSetting.Find(_lines[next].Peek) is not null) plan = ReadSettings(plan, _lines[next++]);
        try
        {
            plan.Node.Raft.Validate();
        }
        catch (ArgumentException wrong)
        {
            throw new ScenarioSyntaxException(_name, next == 0 ? 1 : _lines[next - 1].Line, wrong.Message);
        }

        var scenario = new Scenario { Name = _name, Plan = plan };
        var steps = new StepParser(plan);
        var conditions = new ConditionParser(plan);
        while (next < _lines.Count && TryReadPreset(scenario, _lines[next])) next++;
        for (; next < _lines.Count; next++) ReadLine(scenario, steps, conditions, _lines[next]);
        return scenario;
    }

    /// <summary>One or more settings, with commas between them.</summary>
    private static RunPlan ReadSettings(RunPlan plan, Words words)
    {
        while (!words.AtEnd)
        {
            string name = words.Next("a setting");
            PlanSetting setting = PlanSetting.Find(name)
                ?? throw words.Wrong($"'{name}' is no setting; {string.Join(", ", PlanSetting.All.Select(s => s.Name))} are");
            plan = setting.Read(plan, words);
            if (!words.AtEnd) words.Expect(",");
        }

        return plan;
    }

    private static bool TryReadPreset(Scenario scenario, Words words)
    {
        if (words.Peek == "down")
        {
            words.Next("a word");
            while (!words.AtEnd) scenario.DownAtFirst.Add(words.Node(scenario.Plan));
            return true;
        }

        if (words.Peek != "preset") return false;
        words.Next("a word");
        int node = words.Node(scenario.Plan);
        long term = -1;
        NodeId vote = NodeId.None;
        if (words.Skip("term")) term = words.Number("term", 0, long.MaxValue);
        if (words.Skip("voted"))
        {
            words.Expect("for");
            vote = new NodeId((uint)words.Node(scenario.Plan) + 1);
        }

        var terms = new List<long>();
        bool reads = !words.Skip("log") || TermRuns.TryRead(words.Rest(), out terms);
        if (!reads) throw words.Wrong("a log is written as terms and runs of terms, such as 1x3 4 4 5");
        words.End();
        long last = terms.Count == 0 ? 0 : terms[^1];
        if (term < 0) term = last;
        if (term < last) throw words.Wrong($"the node's term {term} lies before that of its last entry, {last}");
        scenario.Presets.Add(new Preset(node, terms, new HardState(term, vote)));
        return true;
    }

    private static void ReadLine(Scenario scenario, StepParser steps, ConditionParser conditions, Words words)
    {
        TimeSpan? at = words.Skip("at") ? words.Time("the instant") : null;
        if (TryReadFate(scenario, words)) return;
        if (words.Peek == "expect" && TryReadVerdict(scenario, words)) return;
        if (steps.TryRead(words) is { } step)
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
            "expect" => new ExpectStatement(words.Line, at, conditions.Read(words)),
            "never" => new NeverStatement(words.Line, at, conditions.Read(words)),
            "until" => ReadUntil(conditions, words, at),
            "finish" => ReadFinish(scenario.Plan, words, at),
            _ => throw words.Wrong($"'{verb}' begins no line; see docs/simulation.md for those that there are"),
        });
        words.End();
    }

    private static UntilStatement ReadUntil(ConditionParser conditions, Words words, TimeSpan? at)
    {
        Condition condition = conditions.Read(words);
        return new UntilStatement(words.Line, at, condition, words.Skip("within") ? words.Time("the time after 'within'") : TimeSpan.FromSeconds(10));
    }

    private static FinishStatement ReadFinish(RunPlan plan, Words words, TimeSpan? at)
    {
        var left = new Dictionary<int, Aftermath>();
        while (words.Skip("leaving"))
        {
            int node = words.Node(plan);
            string word = words.Next("how the node is left");
            left[node] = Enum.TryParse(word, ignoreCase: true, out Aftermath aftermath)
                ? aftermath
                : throw words.Wrong($"'{word}' is no way to leave a node; {string.Join(", ", Enum.GetNames<Aftermath>())} are");
        }

        return new FinishStatement(words.Line, at, left);
    }

    private static bool TryReadVerdict(Scenario scenario, Words words)
    {
        words.Skip("expect");
        if (words.Peek is not ("violation" or "stuck" or "undecided"))
        {
            words.Back();
            return false;
        }

        scenario.ExpectedVerdict = string.Join(' ', words.Rest());
        return true;
    }

    private static bool TryReadFate(Scenario scenario, Words words)
    {
        string verb = words.Peek;
        if (verb is not ("lose" or "double" or "delay" or "damage")) return false;
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
            case "delay":
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
