using System.Numerics;

namespace DEngine.Simulation.Coverage;

/// <summary>
/// Numbers the cells of both tables in one row: first those of faults and phases, then those of frames and what became of them. Numbers change when rows or
/// columns do; what is kept in files is the name.
/// </summary>
internal static class Cell
{
    private static readonly int FirstOfFrames = FaultRow.All.Count * PhaseColumn.All.Count;

    /// <summary>How many there are, those included that cannot be met.</summary>
    public static int Count => FirstOfFrames + (FrameRow.All.Count * HarmColumn.All.Count);

    public static int Of(NodeFault fault, int phase) => ((int)fault * PhaseColumn.All.Count) + phase;

    public static int Of(int frameRow, FrameHarm harm) => FirstOfFrames + (frameRow * HarmColumn.All.Count) + (int)harm;

    /// <summary>The number of a phase: of its bit.</summary>
    public static int NumberOf(NodePhases phase) => BitOperations.TrailingZeroCount((uint)phase);

    /// <summary>Whether it can be met at all.</summary>
    public static bool CanBe(int cell)
    {
        if (cell < FirstOfFrames)
            return (FaultRow.All[cell / PhaseColumn.All.Count].Possible & PhaseColumn.All[cell % PhaseColumn.All.Count].Phase) != 0;
        FrameRow row = FrameRow.All[(cell - FirstOfFrames) / HarmColumn.All.Count];
        var harm = (FrameHarm)((cell - FirstOfFrames) % HarmColumn.All.Count);
        if (row.Kind is null) return harm == FrameHarm.Lost;
        return row.HasTerm || harm is not (FrameHarm.LateTerm or FrameHarm.CopiedTerm or FrameHarm.EchoedTerm);
    }

    /// <summary>Row and column in words.</summary>
    public static string NameOf(int cell)
    {
        if (cell < FirstOfFrames)
        {
            PhaseColumn phase = PhaseColumn.All[cell % PhaseColumn.All.Count];
            string whose = (phase.Phase & PhaseColumn.Leading) != 0 ? "leader " : "";
            return $"{FaultRow.All[cell / PhaseColumn.All.Count].Name}/{whose}{phase.Head}";
        }

        int ofFrames = cell - FirstOfFrames;
        return $"{FrameRow.All[ofFrames / HarmColumn.All.Count].Name}/{HarmColumn.All[ofFrames % HarmColumn.All.Count].Head}";
    }
}
