using System.Globalization;

namespace DEngine.Simulation.Coverage;

/// <summary>How fast a sweep still finds what it has not seen: the answer to how long is long enough.</summary>
internal static class GrowthText
{
    private static readonly int[] Steps = [1, 2, 5];

    public static void Write(TextWriter writer, IReadOnlyList<GrowthPoint> growth)
    {
        writer.WriteLine("Growth");
        writer.WriteLine($"{"seeds",8}{"states",12}{"new a seed",12}{"transitions",13}{"new a seed",12}{"cells",8}");
        int before = 0;
        foreach (int seeds in Marks(growth.Count))
        {
            GrowthPoint then = At(growth, before);
            GrowthPoint now = At(growth, seeds);
            double part = seeds - before;
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{seeds,8:N0}{now.States,12:N0}{(now.States - then.States) / part,12:N1}{now.Transitions,13:N0}{(now.Transitions - then.Transitions) / part,12:N1}{now.Cells,8:N0}"));
            before = seeds;
        }

        if (growth.Count > 0) writer.WriteLine(Verdict(growth));
    }

    /// <summary>What the last tenth of the seeds has brought, and when a cell was met for the first time last.</summary>
    public static string Verdict(IReadOnlyList<GrowthPoint> growth)
    {
        int last = Math.Max(1, growth.Count / 10);
        GrowthPoint before = At(growth, growth.Count - last);
        GrowthPoint end = growth[^1];
        GrowthPoint newest = growth.Last(point => point.NewCell >= 0 || point == growth[0]);
        string cell = newest.NewCell < 0 ? "No cell was met at all." : $"The last new cell was met by seed {newest.Seed}: {Cell.NameOf(newest.NewCell)}.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The last {last:N0} of {growth.Count:N0} seeds brought {Percent(before.States, end.States)} of all states, {Percent(before.Transitions, end.Transitions)} of all transitions and {end.Cells - before.Cells} of {end.Cells} cells. {cell}");
    }

    /// <summary>1, 2, 5, 10, 20 and so on; and the end.</summary>
    private static IEnumerable<int> Marks(int count)
    {
        for (int power = 1; power <= count; power *= 10)
        {
            foreach (int step in Steps)
            {
                if (step * power < count) yield return step * power;
            }
        }

        if (count > 0) yield return count;
    }

    private static GrowthPoint At(IReadOnlyList<GrowthPoint> growth, int seeds) => seeds == 0 ? default : growth[seeds - 1];

    private static string Percent(int before, int end) =>
        string.Create(CultureInfo.InvariantCulture, $"{(end == 0 ? 0 : (end - before) * 100.0 / end):F1} %");
}
