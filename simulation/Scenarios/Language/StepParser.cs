using DEngine.Core;
using DEngine.Simulation.Nemesis;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;
using DEngine.Storage;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Reads what is done to the world.</summary>
internal sealed class StepParser(RunPlan plan)
{
    private readonly Dictionary<int, long> _operations = [];

    /// <summary>Reads a step; null: the line begins with a word that begins no step.</summary>
    public Step? TryRead(Words words)
    {
        string first = words.Peek;
        if (Words.IsClient(first.Split('#')[0])) return ReadOperation(words);
        if (first is not ("crash" or "restart" or "disk" or "pause" or "resume" or "slow" or "clock" or "transfer" or "propose" or "cut" or "isolate"
            or "deafen" or "echo" or "silence" or "clog" or "heal" or "drop" or "hold" or "copy" or "pass" or "release")) return null;
        words.Next("a word");
        Step step = first switch
        {
            "crash" => ReadCrash(words),
            "restart" => new RestartStep(words.Node(plan)),
            "disk" => ReadDisk(words),
            "pause" => new PauseStep(words.Node(plan), words.For()),
            "resume" => new ResumeStep(words.Node(plan)),
            "slow" => new SlowStep(words.Node(plan), (int)ReadTimes(words), words.For()),
            "clock" => ReadClock(words),
            "transfer" => new TransferStep(words.Node(plan), words.Skip("to") ? words.Node(plan) : -1),
            "propose" => new ProposeStep(words.Node(plan), words.AtEnd ? 1 : (int)ReadTimes(words)),
            "echo" => ReadEcho(words),
            "heal" => new HealStep(),
            "cut" => new CutStep(ReadCut(words), words.For()),
            "isolate" => new CutStep(Shapes.Isolate(plan.NodeCount, words.Node(plan), words.Skip("but") ? words.Node(plan) : -1), words.For()),
            "deafen" => new CutStep(Shapes.Deafen(plan.NodeCount, words.Node(plan)), words.For()),
            "silence" => new CutStep(Shapes.Silence(plan.NodeCount, words.Node(plan)), words.For()),
            "clog" => new ClogStep(words.Links(plan), words.For()),
            "pass" => new PassStep(words.Links(plan)),
            "release" => ReadRelease(words),
            _ => new RuleStep(words.Links(plan), ReadKind(words), Enum.Parse<RuleAction>(first, ignoreCase: true)),
        };
        words.End();
        return step;
    }

    private Step ReadCrash(Words words)
    {
        int node = words.Node(plan);
        if (words.Skip("leading"))
        {
            words.Expect("term");
            long term = words.Number("term", 1, long.MaxValue);
            return new CrashNewLeaderStep(node, term, ReadEffect(words), words.For());
        }

        if (words.Peek == "before") return new CrashInPassStep(node, ReadEffect(words), words.For());
        Unsynced unsynced = Unsynced.Stays;
        if (words.Peek is "losing" or "keeping")
        {
            unsynced = words.Skip("losing") ? Unsynced.Lost : words.Skip("keeping") && words.Skip("some") ? Unsynced.Shuffled : Unsynced.Kept;
            words.Skip("of");
            foreach (string word in (string[])["what", "was", "not", "synced"]) words.Expect(word);
        }

        return new CrashStep(node, unsynced, words.For());
    }

    private static long ReadEffect(Words words)
    {
        words.Expect("before");
        words.Expect("effect");
        return words.Number("number of an effect", 1, int.MaxValue);
    }

    private Step ReadDisk(Words words)
    {
        int node = words.Node(plan);
        if (words.Skip("hangs")) return new DiskHangStep(node, words.For());
        if (words.Skip("full")) return new DiskFullStep(node, words.Skip("but") ? words.Number("number of bytes", 0, long.MaxValue / 4) : 0, words.For());
        if (words.Skip("rots"))
        {
            words.Expect("at");
            return new BitRotStep(node, words.Number("place", 0, long.MaxValue));
        }

        int kept = 0;
        DiskFaultKind fault;
        if (words.Skip("fails"))
        {
            fault = DiskFaultKind.IoError;
        }
        else
        {
            foreach (string word in (string[])["ends", "the", "process"]) words.Expect(word);
            fault = words.Skip("before") ? DiskFaultKind.CrashBefore : DiskFaultKind.CrashAfter;
            if (fault == DiskFaultKind.CrashAfter)
            {
                words.Expect("after");
                if (char.IsAsciiDigit(words.Peek.FirstOrDefault()))
                {
                    fault = DiskFaultKind.CrashDuring;
                    kept = (int)words.Number("number of bytes", 0, int.MaxValue);
                    words.Expect("bytes");
                    words.Expect("of");
                }
            }
        }

        string operation = words.Next("an operation of the disk");
        DiskOperationKind? kind = null;
        if (operation != "change")
        {
            bool isKnown = Enum.TryParse(operation, ignoreCase: true, out DiskOperationKind found) && Enum.IsDefined(found);
            kind = isKnown ? found : throw words.Wrong($"'{operation}' is no operation of a disk; write, sync, rename, create, syncdirectory are, and 'change' is any");
        }

        return new DiskFaultStep(node, fault, kind, (int)words.Number("count", 1, int.MaxValue), kept, words.For());
    }

    private EchoStep ReadEcho(Words words)
    {
        int node = words.Node(plan);
        int count = (int)words.Number("number of frames", 1, Echoes.FramesKept);
        words.Expect("from");
        int back = (int)words.Number("number of frames", 1, Echoes.FramesKept);
        words.Expect("back");
        return new EchoStep(node, back, count);
    }

    private Step ReadClock(Words words)
    {
        int node = words.Node(plan);
        if (words.Skip("jumps")) return new ClockJumpStep(node, words.Time("how far the clock jumps"));
        if (words.Skip("stands")) return new ClockRateStep(node, 0, words.For());
        words.Expect("rate");
        return new ClockRateStep(node, words.Fraction("rate", 100), words.For());
    }

    /// <summary>Links, or groups of nodes with <c>|</c> between them.</summary>
    private List<Link> ReadCut(Words words)
    {
        if (words.Skip("nothing")) return [];
        if (words.Peek.Contains('>', StringComparison.Ordinal)) return words.Links(plan);
        var group = new int[plan.NodeCount];
        int current = 1;
        while (!words.AtEnd && words.Peek != "for")
        {
            if (words.Skip("|")) current++;
            else group[words.Node(plan)] = current;
        }

        if (current == 1) throw words.Wrong("a cut needs links, such as n1>n2, or groups with | between them, such as n1 | n2 n3");
        var links = new List<Link>();
        for (int from = 0; from < group.Length; from++)
        {
            for (int to = 0; to < group.Length; to++)
            {
                if (group[from] != group[to]) links.Add(new Link(from, to));
            }
        }

        return links;
    }

    private ReleaseStep ReadRelease(Words words)
    {
        List<Link> links = words.Links(plan);
        MessageKind? kind = ReadKind(words);
        int count = char.IsAsciiDigit(words.Peek.FirstOrDefault()) ? (int)words.Number("count", 1, int.MaxValue) : int.MaxValue;
        bool lastFirst = words.Skip("last");
        if (lastFirst) words.Expect("first");
        return new ReleaseStep(links, kind, count, lastFirst);
    }

    public static MessageKind? ReadKind(Words words)
    {
        if (words.AtEnd || words.Peek == "last" || !char.IsAsciiLetterUpper(words.Peek[0])) return null;
        string word = words.Next("a kind of message");
        return Enum.TryParse(word, ignoreCase: true, out MessageKind kind)
            ? kind
            : throw words.Wrong($"'{word}' is no kind of message; {string.Join(", ", Enum.GetNames<MessageKind>())} are");
    }

    private static long ReadTimes(Words words)
    {
        string word = words.Next("a factor, such as x3,");
        return word.StartsWith('x') && int.TryParse(word.AsSpan(1), out int number) && number > 0
            ? number
            : throw words.Wrong($"'{word}' is no factor; it is written x3");
    }

    private OperationStep ReadOperation(Words words)
    {
        string[] name = words.Next("a client").Split('#');
        int client = words.Client(plan, name[0]);
        long number = _operations.GetValueOrDefault(client) + 1;
        if (name.Length > 1 && !long.TryParse(name[1], out number)) throw words.Wrong($"'#{name[1]}' is no number of an operation");
        _operations[client] = number;
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
        return function is { } known
            ? (known, consistency)
            : throw words.Wrong($"'{verb}' is nothing that a client does; get, scan, put, cas, append, add and delete are, lease-get and eventual-get, too");
    }
}
