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
        while (next < _lines.Count && TryReadPreset(scenario, _lines[next])) next++;
        ReadBlock(new LineParser(scenario), next, null);
        return scenario;
    }

    /// <summary>Reads lines up to the <c>end</c> of the <paramref name="repeat"/> that they belong to, or all of them; gives where that is.</summary>
    private int ReadBlock(LineParser parser, int next, Words? repeat)
    {
        for (; next < _lines.Count; next++)
        {
            Words words = _lines[next];
            words.Rewind();
            if (words.Skip("end"))
            {
                words.End();
                return repeat is null ? throw words.Wrong("this 'end' has no 'repeat' above it") : next;
            }

            if (words.Peek == "repeat") next = ReadRepeat(parser, next);
            else parser.Read(words);
        }

        return repeat is null ? next : throw repeat.Wrong("this 'repeat' has no 'end' below it");
    }

    /// <summary>Reads the lines of a block as often as they are to be carried out; each time anew, so that operations have numbers of their own.</summary>
    private int ReadRepeat(LineParser parser, int next)
    {
        Words repeat = _lines[next];
        repeat.Expect("repeat");
        int times = repeat.Times();
        repeat.End();
        int end = next;
        for (int i = 0; i < times; i++) end = ReadBlock(parser, next + 1, repeat);
        return end;
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
}
