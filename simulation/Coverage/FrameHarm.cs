using DEngine.Core;

namespace DEngine.Simulation.Coverage;

/// <summary>What can become of a frame that is no plain arrival.</summary>
internal enum FrameHarm : byte
{
    /// <summary>It got lost, and no cut was to blame.</summary>
    Lost,

    /// <summary>It was sent into a cut.</summary>
    SentIntoCut,

    /// <summary>It was under way when its link was cut.</summary>
    CutUnderWay,

    /// <summary>Its receiver was down.</summary>
    NobodyThere,

    /// <summary>It was damaged on its way, and refused.</summary>
    Damaged,

    /// <summary>A clogged link held it back.</summary>
    Held,

    /// <summary>It arrived late.</summary>
    Late,

    /// <summary>It arrived late, at a node that was in a later term.</summary>
    LateTerm,

    /// <summary>It arrived a second time.</summary>
    Copied,

    /// <summary>It arrived a second time, at a node that was in a later term.</summary>
    CopiedTerm,

    /// <summary>It arrived again long after.</summary>
    Echoed,

    /// <summary>It arrived again long after, at a node that was in a later term.</summary>
    EchoedTerm,
}

/// <summary>A column of the table of frames.</summary>
internal sealed record HarmColumn(FrameHarm Harm, string Head, string Meaning)
{
    /// <summary>All of them, in the order of <see cref="FrameHarm"/>.</summary>
    public static readonly IReadOnlyList<HarmColumn> All =
    [
        new(FrameHarm.Lost, "lost", "lost, and no cut was to blame"),
        new(FrameHarm.SentIntoCut, "cut", "sent into a cut"),
        new(FrameHarm.CutUnderWay, "cut-on", "under way when its link was cut"),
        new(FrameHarm.NobodyThere, "noone", "arrived where the process was not there"),
        new(FrameHarm.Damaged, "damage", "damaged, and refused"),
        new(FrameHarm.Held, "held", "held back by a clogged link"),
        new(FrameHarm.Late, "late", "arrived late"),
        new(FrameHarm.LateTerm, "late+", "arrived late, in a later term than its own"),
        new(FrameHarm.Copied, "copy", "arrived a second time"),
        new(FrameHarm.CopiedTerm, "copy+", "arrived a second time, in a later term than its own"),
        new(FrameHarm.Echoed, "echo", "arrived again long after"),
        new(FrameHarm.EchoedTerm, "echo+", "arrived again long after, in a later term than its own"),
    ];
}

/// <summary>A row of the table of frames: a kind of message, or what clients say and hear.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Kind">Which; null: of clients.</param>
/// <param name="HasTerm">It speaks of a term, so that it can arrive in a later one.</param>
internal sealed record FrameRow(string Name, MessageKind? Kind, bool HasTerm)
{
    /// <summary>All of them: the kinds that go between nodes, then requests and answers of clients.</summary>
    public static readonly IReadOnlyList<FrameRow> All =
    [
        .. Enum.GetValues<MessageKind>().Where(kind => kind < MessageKind.ClientCommand)
            .Select(kind => new FrameRow(kind.ToString(), kind, kind < MessageKind.ReadIndexRequest)),
        new("a client's request", null, HasTerm: false),
        new("an answer to a client", null, HasTerm: false),
    ];

    private static readonly int[] RowByKind = NumberKinds();

    public static int OfRequests => All.Count - 2;

    public static int OfAnswers => All.Count - 1;

    /// <summary>The row of a kind that goes between nodes.</summary>
    public static int Of(MessageKind kind) => RowByKind[(int)kind];

    private static int[] NumberKinds()
    {
        var rows = new int[256];
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i].Kind is { } kind) rows[(int)kind] = i;
        }

        return rows;
    }
}
