using System.Globalization;
using System.Text;

namespace DEngine.Simulation.Coverage;

/// <summary>Writes what a sweep has met, for people. The same sweep gives the same text, on every machine.</summary>
internal static class CoverageText
{
    private const int NameWidth = 28;
    private const int ColumnWidth = 7;

    public static void Write(TextWriter writer, SweepCoverage sweep)
    {
        PhaseColumn[] notLeading = [.. PhaseColumn.All.Where(column => (column.Phase & PhaseColumn.NotLeading) != 0)];
        PhaseColumn[] leading = [.. PhaseColumn.All.Where(column => (column.Phase & PhaseColumn.Leading) != 0)];
        WriteNodes(writer, sweep, "Faults that met a node that does not lead", notLeading);
        WriteNodes(writer, sweep, "Faults that met a leader", leading);
        WriteFrames(writer, sweep);
        writer.WriteLine("· never met   blank: cannot be");
        writer.WriteLine();
        GrowthText.Write(writer, sweep.Growth);
        writer.WriteLine();
        WriteNeverMet(writer, sweep);
    }

    private static void WriteNodes(TextWriter writer, SweepCoverage sweep, string title, PhaseColumn[] columns)
    {
        WriteHead(writer, title, columns.Select(column => column.Head));
        foreach (FaultRow row in FaultRow.All)
        {
            int[] cells = [.. columns.Select(column => Cell.Of(row.Fault, Cell.NumberOf(column.Phase)))];
            if (cells.Any(Cell.CanBe)) WriteRow(writer, sweep, row.Name, cells);
        }

        WriteFoot(writer, sweep, columns);
        foreach (PhaseColumn column in columns) writer.WriteLine($"  {column.Head,-6}  {column.Meaning}");
        writer.WriteLine();
    }

    /// <summary>How many of the faults that can meet a phase have met it.</summary>
    private static void WriteFoot(TextWriter writer, SweepCoverage sweep, PhaseColumn[] columns)
    {
        var line = new StringBuilder("met by, of those that can".PadRight(NameWidth));
        foreach (PhaseColumn column in columns)
        {
            int[] cells = [.. FaultRow.All.Select(row => Cell.Of(row.Fault, Cell.NumberOf(column.Phase))).Where(Cell.CanBe)];
            line.Append(string.Create(CultureInfo.InvariantCulture, $"{cells.Count(cell => sweep.CountOf(cell) > 0)}/{cells.Length}").PadLeft(ColumnWidth));
        }

        writer.WriteLine(line);
    }

    private static void WriteFrames(TextWriter writer, SweepCoverage sweep)
    {
        WriteHead(writer, "What became of frames", HarmColumn.All.Select(column => column.Head));
        for (int row = 0; row < FrameRow.All.Count; row++)
            WriteRow(writer, sweep, FrameRow.All[row].Name, [.. HarmColumn.All.Select(column => Cell.Of(row, column.Harm))]);
        foreach (HarmColumn column in HarmColumn.All) writer.WriteLine($"  {column.Head,-6}  {column.Meaning}");
        writer.WriteLine();
    }

    private static void WriteHead(TextWriter writer, string title, IEnumerable<string> heads)
    {
        writer.WriteLine(title);
        var line = new StringBuilder(new string(' ', NameWidth));
        foreach (string head in heads) line.Append(head.PadLeft(ColumnWidth));
        writer.WriteLine(line);
    }

    private static void WriteRow(TextWriter writer, SweepCoverage sweep, string name, int[] cells)
    {
        var line = new StringBuilder(name.PadRight(NameWidth));
        foreach (int cell in cells) line.Append((sweep.CountOf(cell) > 0 || Cell.CanBe(cell) ? Short(sweep.CountOf(cell)) : "").PadLeft(ColumnWidth));
        writer.WriteLine(line.ToString().TrimEnd());
    }

    /// <summary>What nobody has met is said last, where it is read.</summary>
    private static void WriteNeverMet(TextWriter writer, SweepCoverage sweep)
    {
        int[] possible = [.. Enumerable.Range(0, Cell.Count).Where(Cell.CanBe)];
        int met = possible.Count(cell => sweep.CountOf(cell) > 0);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{met} of {possible.Length} cells that can be have been met; {possible.Length - met} ({(possible.Length - met) * 100.0 / possible.Length:F1} %) never."));
        List<string> rows = NeverMet(sweep);
        if (rows.Count == 0)
        {
            writer.WriteLine("Every fault, every phase and every kind of frame was met.");
            return;
        }

        writer.WriteLine("NEVER MET AT ALL");
        foreach (string row in rows) writer.WriteLine($"  {row}");
    }

    /// <summary>Rows and columns in which there is nothing.</summary>
    public static List<string> NeverMet(SweepCoverage sweep)
    {
        var missing = new List<string>();
        missing.AddRange(FaultRow.All
            .Where(row => PhaseColumn.All.All(column => sweep.CountOf(Cell.Of(row.Fault, Cell.NumberOf(column.Phase))) == 0))
            .Select(row => $"fault: {row.Name}"));
        missing.AddRange(PhaseColumn.All
            .Where(column => FaultRow.All.All(row => sweep.CountOf(Cell.Of(row.Fault, Cell.NumberOf(column.Phase))) == 0))
            .Select(column => $"phase: {column.Meaning}"));
        missing.AddRange(Enumerable.Range(0, FrameRow.All.Count)
            .Where(row => HarmColumn.All.All(column => sweep.CountOf(Cell.Of(row, column.Harm)) == 0))
            .Select(row => $"frame: {FrameRow.All[row].Name}"));
        missing.AddRange(HarmColumn.All
            .Where(column => Enumerable.Range(0, FrameRow.All.Count).All(row => sweep.CountOf(Cell.Of(row, column.Harm)) == 0))
            .Select(column => $"harm to frames: {column.Meaning}"));
        return missing;
    }

    /// <summary>At most four characters, such as 12k.</summary>
    public static string Short(long count) => count switch
    {
        0 => "·",
        < 1_000 => count.ToString(CultureInfo.InvariantCulture),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 100 / 10.0:F1}k"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1_000}k"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 100_000 / 10.0:F1}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{count / 1_000_000}M"),
    };
}
