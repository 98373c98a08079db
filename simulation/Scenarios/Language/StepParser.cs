using DEngine.Core;
using DEngine.Simulation.Nemesis;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;
using DEngine.Storage;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Reads what is done to the world.</summary>
internal sealed class StepParser(RunPlan plan)
{
    /// <summary>Reads a step; null: the line begins with a word that begins no step.</summary>
    public Step? TryRead(Words words)
    {
        string first = words.Peek;
        if (first is not ("crash" or "restart" or "disk" or "pause" or "resume" or "slow" or "clock" or "transfer" or "propose" or "snapshot" or "corrupt" or "cut" or "isolate"
            or "deafen" or "echo" or "silence" or "clog" or "heal" or "members" or "wipe" or "drop" or "hold" or "copy" or "pass" or "release" or "thread" or "reads")) return null;
        words.Next("a word");
        Step step = first switch
        {
            "crash" => ReadCrash(words),
            "restart" => new RestartStep(words.Node(plan)),
            "disk" => ReadDisk(words),
            "pause" => new PauseStep(words.Node(plan), words.For()),
            "resume" => new ResumeStep(words.Node(plan)),
            "slow" => new SlowStep(words.Node(plan), words.Times(), words.For()),
            "clock" => ReadClock(words),
            "transfer" => new TransferStep(words.Node(plan), words.Skip("to") ? words.Node(plan) : -1),
            "propose" => new ProposeStep(words.Node(plan), words.AtEnd ? 1 : words.Times()),
            "snapshot" => new SaveSnapshotStep(words.Node(plan)),
            "corrupt" => new WrongEffectStep(words.Node(plan)),
            "echo" => ReadEcho(words),
            "heal" => new HealStep(),
            "members" => ReadMembers(words),
            "wipe" => new WipeStep(words.Node(plan), words.For()),
            "cut" => new CutStep(ReadCut(words), words.For()),
            "isolate" => new CutStep(Shapes.Isolate(plan.NodeCount, words.Node(plan), words.Skip("but") ? words.Node(plan) : -1), words.For()),
            "deafen" => new CutStep(Shapes.Deafen(plan.NodeCount, words.Node(plan)), words.For()),
            "silence" => new CutStep(Shapes.Silence(plan.NodeCount, words.Node(plan)), words.For()),
            "clog" => new ClogStep(ReadCut(words), words.For()),
            "pass" => new PassStep(words.Links(plan)),
            "release" => ReadRelease(words),
            "thread" => ReadThread(words),
            "reads" => new ReadStormStep(words.Node(plan), words.Times()),
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

    private static DiskHangStep ReadHang(int node, Words words)
    {
        DiskPart part = DiskPart.Whole;
        if (words.Skip("in"))
        {
            part = words.Skip("log") ? DiskPart.Log : DiskPart.Snapshots;
            if (part == DiskPart.Snapshots) words.Expect("snapshots");
        }

        return new DiskHangStep(node, words.For(), part);
    }

    private Step ReadDisk(Words words)
    {
        int node = words.Node(plan);
        if (words.Skip("hangs")) return ReadHang(node, words);
        if (words.Skip("full")) return new DiskFullStep(node, words.Skip("but") ? words.Number("number of bytes", 0, long.MaxValue / 4) : 0, words.For());
        if (words.Skip("rots"))
        {
            words.Expect("at");
            long where = words.Number("place", 0, long.MaxValue);
            return new BitRotStep(node, where, words.Skip("over") ? (int)words.Number("number of bytes", 1, 1 << 20) : 0);
        }

        int kept = 0;
        DiskFaultKind fault;
        if (words.Skip("fails"))
        {
            fault = DiskFaultKind.IoError;
        }
        else if (words.Skip("is"))
        {
            fault = DiskFaultKind.Full;
            foreach (string word in (string[])["full", "after"]) words.Expect(word);
            kept = ReadKept(words);
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
                    kept = ReadKept(words);
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

    private static int ReadKept(Words words)
    {
        int kept = (int)words.Number("number of bytes", 0, int.MaxValue);
        words.Expect("bytes");
        words.Expect("of");
        return kept;
    }

    /// <summary>Who is asked, and then pairs: a node, and what becomes of it.</summary>
    private MembershipStep ReadMembers(Words words)
    {
        int asked = words.Node(plan);
        var changes = new List<MemberChange>();
        while (!words.AtEnd)
        {
            int node = words.Node(plan);
            string target = words.Next("what the node becomes");
            bool isKnown = Enum.TryParse(target, ignoreCase: true, out MembershipTarget found) && Enum.IsDefined(found);
            changes.Add(new MemberChange(node, isKnown ? found : throw words.Wrong($"'{target}' is nothing a node can become; learner, voter and removed are")));
        }

        return changes.Count > 0 ? new MembershipStep(asked, changes) : throw words.Wrong("a change of the members names a node and what it becomes, such as n4 learner");
    }

    /// <summary>A node, what is read there and how, and where in a pass.</summary>
    private ThreadReadStep ReadThread(Words words)
    {
        int node = words.Node(plan);
        string asked = words.Next("lease-get or eventual-get");
        ReadConsistency consistency = asked switch
        {
            "lease-get" => ReadConsistency.Lease,
            "eventual-get" => ReadConsistency.Eventual,
            _ => throw words.Wrong($"'{asked}' is nothing that a thread does without asking the node; lease-get and eventual-get are"),
        };
        string key = words.Next("a key");
        words.Expect("at");
        string at = words.Next("a point in a pass");
        if (!Enum.TryParse(at, ignoreCase: true, out PassPoint point)) throw words.Wrong($"'{at}' is no point in a pass; rest, send, apply, publish and answer are");
        int count = char.IsAsciiDigit(words.Peek.FirstOrDefault()) ? (int)words.Number("count", 1, int.MaxValue) : 1;
        TimeSpan stall = words.Skip("after") ? words.Time("how long the pass stands still") : TimeSpan.Zero;
        return new ThreadReadStep(node, consistency, key, point) { Count = count, Stall = stall };
    }

    private EchoStep ReadEcho(Words words)
    {
        int node = words.Node(plan);
        int count = (int)words.Number("number of frames", 1, Echoes.FramesKept);
        words.Expect("from");
        int back = (int)words.Number("number of frames", 1, Echoes.FramesKept);
        words.Expect("back");
        return new EchoStep(node, back, count, ReadKind(words));
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
        bool isKind = !words.AtEnd && char.IsAsciiLetterUpper(words.Peek[0]);
        return isKind ? words.Kind() : null;
    }
}
