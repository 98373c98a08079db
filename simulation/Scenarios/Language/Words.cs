using System.Globalization;
using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>The words of one line, read from the left. Whatever does not fit ends in a <see cref="ScenarioSyntaxException"/> that says what would.</summary>
internal sealed class Words
{
    private readonly string _file;
    private readonly string[] _words;
    private int _next;

    public Words(string file, int line, string text)
    {
        _file = file;
        Line = line;
        _words = WithoutComment(text).Replace(", ", " , ", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    public int Line { get; }

    public bool IsEmpty => _words.Length == 0;

    public bool AtEnd => _next == _words.Length;

    /// <summary>The word after the one that was read last; empty at the end.</summary>
    public string Peek => AtEnd ? "" : _words[_next];

    public string Next(string what) => AtEnd ? throw Wrong($"{what} is missing at the end of the line") : _words[_next++];

    /// <summary>Reads a word if it is this one.</summary>
    public bool Skip(string word)
    {
        if (Peek != word) return false;
        _next++;
        return true;
    }

    /// <summary>To the first word.</summary>
    public void Rewind() => _next = 0;

    /// <summary>Gives the word that was read last back.</summary>
    public void Back() => _next--;

    public void Expect(string word)
    {
        if (!Skip(word)) throw Wrong(AtEnd ? $"'{word}' is missing at the end of the line" : $"'{Peek}' stands where '{word}' belongs");
    }

    public List<string> Rest()
    {
        var rest = _words[_next..].ToList();
        _next = _words.Length;
        return rest;
    }

    public void End()
    {
        if (!AtEnd) throw Wrong($"'{Peek}' is too much");
    }

    public ScenarioSyntaxException Wrong(string message) => new(_file, Line, message);

    public TimeSpan Time(string what)
    {
        string word = Next(what);
        return Language.Times.TryRead(word, out TimeSpan time) ? time : throw Wrong($"'{word}' is no time; {what} is a number with s, ms or us, such as 150ms");
    }

    /// <summary>An optional <c>for TIME</c>; without it, for ever.</summary>
    public TimeSpan For() => Skip("for") ? Time("the time after 'for'") : Lasting.Forever;

    public long Number(string what, long min, long max)
    {
        string word = Next(what);
        bool reads = long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
        return reads && number >= min && number <= max ? number : throw Wrong($"'{word}' is no {what}; it is a whole number from {min} to {max}");
    }

    public double Fraction(string what, double max)
    {
        string word = Next(what);
        bool reads = double.TryParse(word, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number);
        return reads && number <= max ? number : throw Wrong($"'{word}' is no {what}; it is a number from 0 to {max}");
    }

    /// <summary>A node, such as n1, by position.</summary>
    public int Node(RunPlan plan) => Node(plan, Next("a node, such as n1,"));

    public int Node(RunPlan plan, string word) => Position(word, 'n') is { } position && position >= 1 && position <= plan.NodeCount
        ? position - 1
        : throw Wrong($"'{word}' is no node; nodes are n1 to n{plan.NodeCount}");

    /// <summary>A client, such as c0.</summary>
    public int Client(RunPlan plan, string word) => Position(word, 'c') is { } position && position < plan.Workload.ClientCount
        ? position
        : throw Wrong($"'{word}' is no client; clients are c0 to c{plan.Workload.ClientCount - 1}");

    /// <summary>The two ends of a link such as n1&gt;n2; clients have the positions after those of the nodes.</summary>
    public (int From, int To) Ends(RunPlan plan, string word)
    {
        string[] ends = word.Split('>');
        if (ends.Length != 2) throw Wrong($"'{word}' is no link; a link is written n1>n2");
        return (EndOf(plan, ends[0]), EndOf(plan, ends[1]));
    }

    public Link Link(RunPlan plan, string word)
    {
        (int from, int to) = Ends(plan, word);
        if (from == to || from >= plan.NodeCount || to >= plan.NodeCount) throw Wrong($"'{word}' is no link between two nodes");
        return new Link(from, to);
    }

    /// <summary>One or more links between nodes; <c>n1&lt;&gt;n2</c> stands for both directions.</summary>
    public List<Link> Links(RunPlan plan)
    {
        var links = new List<Link>();
        while (Peek.Contains('>', StringComparison.Ordinal))
        {
            string word = Next("a link");
            string[] both = word.Split("<>");
            if (both.Length == 2)
            {
                links.Add(Link(plan, $"{both[0]}>{both[1]}"));
                links.Add(Link(plan, $"{both[1]}>{both[0]}"));
            }
            else
            {
                links.Add(Link(plan, word));
            }
        }

        return links.Count > 0 ? links : throw Wrong($"a link such as n1>n2 belongs {(AtEnd ? "at the end of the line" : $"where '{Peek}' stands")}");
    }

    /// <summary>How many times, such as x3.</summary>
    public int Times()
    {
        string word = Next("how many times, such as x3,");
        bool reads = int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && word[0] == 'x';
        return reads && number is > 0 and <= 100_000
            ? number
            : throw Wrong($"'{word}' does not say how many times; it is written x3");
    }

    public MessageKind Kind()
    {
        string word = Next("a kind of message, such as AppendRequest,");
        return Enum.TryParse(word, ignoreCase: true, out MessageKind kind) && Enum.IsDefined(kind)
            ? kind
            : throw Wrong($"'{word}' is no kind of message; {string.Join(", ", Enum.GetNames<MessageKind>())} are");
    }

    public static bool IsClient(string word) => Position(word, 'c') is not null;

    /// <summary>A comment begins with a # that begins a word; #12 is the number of a frame.</summary>
    private static string WithoutComment(string text)
    {
        for (int i = text.IndexOf('#', StringComparison.Ordinal); i >= 0; i = text.IndexOf('#', i + 1))
        {
            bool beginsWord = i == 0 || char.IsWhiteSpace(text[i - 1]);
            bool isNumber = i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]);
            if (beginsWord && !isNumber) return text[..i];
        }

        return text;
    }

    private int EndOf(RunPlan plan, string word) => IsClient(word) ? plan.NodeCount + Client(plan, word) : Node(plan, word);

    private static int? Position(string word, char letter) =>
        word.Length > 1 && word[0] == letter && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
