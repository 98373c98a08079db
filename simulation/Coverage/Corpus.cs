using System.Globalization;

namespace DEngine.Simulation.Coverage;

/// <summary>A few seeds that meet every cell which a whole sweep has met, as a small text: to be replayed on every change.</summary>
/// <param name="Cells">The names of the cells that they meet together, each beside the seed that was taken for its sake.</param>
/// <param name="Seeds">In the order in which they were taken: those that meet most come first.</param>
internal sealed record Corpus(IReadOnlyList<string> Cells, IReadOnlyList<ulong> Seeds)
{
    /// <summary>More than that take too long to replay on every change.</summary>
    private const int SeedsMax = 200;

    private const string CellMark = "  ";

    /// <summary>
    /// Takes the run that meets most of what is not met yet, again and again; of two the earlier one. That is at most a few more than the fewest possible.
    /// </summary>
    public static void Write(TextWriter writer, SweepCoverage sweep)
    {
        ulong last = sweep.Runs.Count == 0 ? sweep.First : sweep.Runs[^1].Seed;
        var met = new MetCells(0);
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        int seeds = 0;
        while (seeds < SeedsMax && sweep.Runs.MaxBy(run => run.CountBeyond(met)) is { } best && best.CountBeyond(met) > 0)
        {
            seeds++;
            text.WriteLine(best.Seed);
            foreach (int cell in best.Beyond(met)) text.WriteLine($"{CellMark}{Cell.NameOf(cell)}");
            met.Add(best);
        }

        writer.NewLine = "\n";
        writer.WriteLine("# Seeds that together meet everything which a sweep has met: each is followed by what it adds, as fault/phase or frame/harm.");
        writer.WriteLine("# `dengine-sim sweep --coverage` explains the words. The tests replay it. Made, and to be made anew, by");
        writer.WriteLine($"#   dist/dengine-sim sweep --seeds {sweep.First}-{last} --corpus tests/corpus/seeds.txt");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# {seeds} seeds, {met.CountBeyond(new MetCells(0))} cells."));
        writer.Write(text.ToString());
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <exception cref="FormatException">A line is neither a comment, nor a seed, nor a cell.</exception>
    public static Corpus Read(TextReader reader)
    {
        var seeds = new List<ulong>();
        var cells = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith(CellMark, StringComparison.Ordinal)) cells.Add(line.Trim());
            else if (ulong.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) seeds.Add(seed);
            else throw new FormatException($"'{line}' is neither a seed nor a cell");
        }

        return new Corpus(cells, seeds);
    }
}
