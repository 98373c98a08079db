using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using DEngine.Simulation.Reporting;

namespace DEngine.Simulation.Tests.Reporting;

/// <summary>The page in a real browser: it goes through the whole run by itself (Page/check.js), reports no error, and something is to be seen.</summary>
public sealed partial class BrowserTests
{
    /// <summary>A page of this size with nothing on it takes a tenth of that.</summary>
    private const int PictureBytesMin = 60_000;

    [BrowserFact]
    public void A_run_of_50_000_events_is_shown_without_an_error()
    {
        string page = ReportPageTests.PageOf(ReportPageTests.Busy);
        Dictionary<string, string> told = Show(page, expectsProblem: false);
        Assert.True(int.Parse(told["rows"], CultureInfo.InvariantCulture) > 50_000, "this run is not busy any more: choose another seed");
    }

    [BrowserFact]
    public void A_run_that_does_not_hold_is_shown_without_an_error()
    {
        var page = new StringWriter();
        Report.Write("unmet", ReportPageTests.Unmet, page);
        Show(page.ToString(), expectsProblem: true);
    }

    private static Dictionary<string, string> Show(string page, bool expectsProblem)
    {
        string folder = Directory.CreateTempSubdirectory("dengine-report-").FullName;
        try
        {
            string file = Path.Combine(folder, "page.html");
            string picture = Path.Combine(folder, "page.png");
            File.WriteAllText(file, page);
            string shown = Browser.Show(file, "check", "--dump-dom", $"--screenshot={picture}");
            Dictionary<string, string> told = Told().Matches(Root().Match(shown).Value).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value);
            Assert.True(told.GetValueOrDefault("errors") == "0", $"the page's script reports: {told.GetValueOrDefault("error", shown[..Math.Min(shown.Length, 500)])}");
            Assert.Equal("yes", told.GetValueOrDefault("checked"));
            Assert.Equal(!expectsProblem, shown.Contains("<div id=\"reason\" hidden", StringComparison.Ordinal));
            AssertPicture(File.ReadAllBytes(picture));
            return told;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertPicture(byte[] png)
    {
        Assert.Equal("PNG"u8, png.AsSpan(1, 3));
        Assert.Equal(1500, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.True(png.Length > PictureBytesMin, $"the picture has only {png.Length} bytes: hardly anything can be on it");
    }

    [GeneratedRegex("<html[^>]*>")]
    private static partial Regex Root();

    [GeneratedRegex("data-(?<name>[a-z]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Told();
}
