using System.Text.Json;
using System.Text.RegularExpressions;
using DEngine.Simulation.CommandLine;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Reporting;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Tests.Reporting;

public sealed partial class ReportPageTests
{
    internal const string Unmet = "clients 1\nuntil somebody leads within 2s\nc0 put x 1 via n2\nuntil c0 done within 2s\nexpect n1 commit >= 1000\n";

    private const int BytesMax = 20 << 20;

    /// <summary>A run of well over 50,000 events.</summary>
    internal static RunPlan Busy { get; } = RunPlan.Draw(62);

    [Fact]
    public void The_page_of_a_run_of_50_000_events_is_not_large()
    {
        string page = PageOf(Busy);
        Assert.InRange(page.Length, 100_000, BytesMax);
        Assert.True(DataOf(page).RootElement.GetProperty("run").GetProperty("events").GetInt64() > 50_000, "this run is not busy any more: choose another seed");
    }

    [Fact]
    public void The_page_asks_nobody_for_anything()
    {
        string page = PageOf(3);
        Assert.DoesNotMatch(Foreign(), page);
        Assert.DoesNotContain("@@", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_run_has_the_same_page() => Assert.Equal(PageOf(7), PageOf(7));

    [Fact]
    public void No_text_can_end_the_data_or_become_an_element()
    {
        var page = new StringWriter();
        ScenarioResult result = Report.Write("</script><script>alert(1)</script>", Unmet, page);
        Assert.False(result.IsAsExpected);
        Assert.Equal(4, Regex.Count(page.ToString(), "</?script>") + Regex.Count(page.ToString(), "<script "));
        string problem = DataOf(page.ToString()).RootElement.GetProperty("run").GetProperty("problem").GetString()!;
        Assert.Contains("</script>", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_writes_the_page_of_a_seed_and_prints_its_line()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            (int code, string output, string error) = Command("report", "--seed", "7", "--out", path);
            Assert.Equal((0, ""), (code, error));
            Assert.StartsWith("seed 7: passed", output, StringComparison.Ordinal);
            Assert.Contains(path, output, StringComparison.Ordinal);
            Assert.Equal(PageOf(7), File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_command_wants_a_seed_or_a_scenario_and_a_place_that_can_be_written()
    {
        Assert.Equal(ExitCodes.WrongUse, Command("report", "--out", "page.html").Code);
        Assert.Equal(ExitCodes.WrongUse, Command("report", "--seed", "1", "--scenario", "x", "--out", "page.html").Code);
        string nowhere = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "page.html");
        Assert.Equal(ExitCodes.WrongUse, Command("report", "--seed", "1", "--out", nowhere).Code);
    }

    internal static string PageOf(RunPlan plan)
    {
        var page = new StringWriter();
        Report.Write(plan, page);
        return page.ToString();
    }

    private static string PageOf(ulong seed) => PageOf(RunPlan.Draw(seed));

    private static (int Code, string Output, string Error) Command(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = SimulatorCommand.Run(arguments, Stream.Null, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static JsonDocument DataOf(string page)
    {
        const string Begin = "type=\"application/json\">";
        int from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return JsonDocument.Parse(page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)]);
    }

    [GeneratedRegex(@"https?://|\bsrc\s*=|\bhref\s*=|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|import\(")]
    private static partial Regex Foreign();
}
