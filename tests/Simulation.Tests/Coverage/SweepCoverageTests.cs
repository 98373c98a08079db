using DEngine.Simulation.CommandLine;
using DEngine.Simulation.Coverage;

namespace DEngine.Simulation.Tests.Coverage;

public sealed class SweepCoverageTests
{
    private static readonly SeedCoverage[] Runs = [.. Enumerable.Range(1, 6).Select(seed => RunCoverage.Run((ulong)seed).Coverage)];

    [Fact]
    public void Runs_may_end_in_any_order()
    {
        Assert.Equal(TextOf(Runs), TextOf([.. Runs.Reverse()]));
        Assert.Equal(TextOf(Runs), TextOf([Runs[1], Runs[0], Runs[3], Runs[5], Runs[4], Runs[2]]));
    }

    [Fact]
    public void What_a_sweep_prints_of_its_coverage_does_not_depend_on_how_many_run_at_a_time()
    {
        string one = Sweep("--jobs", "1");
        Assert.Contains("Faults that met a leader", one, StringComparison.Ordinal);
        Assert.Equal(one, Sweep("--jobs", "2"));
    }

    [Fact]
    public void Growth_only_grows_and_ends_with_what_there_is()
    {
        SweepCoverage sweep = Gather(Runs);
        for (int i = 1; i < sweep.Growth.Count; i++)
        {
            Assert.True(sweep.Growth[i - 1].States <= sweep.Growth[i].States);
            Assert.True(sweep.Growth[i - 1].Transitions <= sweep.Growth[i].Transitions);
            Assert.True(sweep.Growth[i - 1].Cells <= sweep.Growth[i].Cells);
        }

        Assert.Equal(Runs.SelectMany(run => run.States).Distinct().Count(), sweep.Growth[^1].States);
        Assert.Equal(Enumerable.Range(0, Cell.Count).Count(cell => sweep.CountOf(cell) > 0), sweep.Growth[^1].Cells);
    }

    [Fact]
    public void What_was_never_met_is_said()
    {
        var nothing = new SweepCoverage(1);
        var text = new StringWriter();
        CoverageText.Write(text, nothing);
        Assert.Contains("NEVER MET AT ALL", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("fault: the process ends", CoverageText.NeverMet(nothing));
        Assert.DoesNotContain("fault: the process ends", CoverageText.NeverMet(Gather(Runs)));
    }

    [Theory]
    [InlineData(0, "·")]
    [InlineData(999, "999")]
    [InlineData(1_000, "1.0k")]
    [InlineData(9_999, "9.9k")]
    [InlineData(12_345, "12k")]
    [InlineData(1_250_000, "1.2M")]
    [InlineData(12_500_000, "12M")]
    public void Counts_are_short(long count, string expected) => Assert.Equal(expected, CoverageText.Short(count));

    internal static SweepCoverage Gather(IEnumerable<SeedCoverage> runs)
    {
        var sweep = new SweepCoverage(1);
        foreach (SeedCoverage run in runs) sweep.Add(run);
        sweep.Finish();
        return sweep;
    }

    private static string TextOf(SeedCoverage[] runs)
    {
        var text = new StringWriter();
        CoverageText.Write(text, Gather(runs));
        return text.ToString();
    }

    /// <summary>What is printed of the coverage; what stands before tells how long it took.</summary>
    private static string Sweep(params string[] options)
    {
        var output = new StringWriter();
        int code = SimulatorCommand.Run(["sweep", "--seeds", "1-12", "--coverage", .. options], Stream.Null, output, TextWriter.Null);
        Assert.Equal(0, code);
        string text = output.ToString();
        return text[text.IndexOf("Faults that met", StringComparison.Ordinal)..];
    }
}
