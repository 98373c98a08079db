using System.Text;
using System.Text.Encodings.Web;

namespace DEngine.Simulation.Reporting;

/// <summary>Puts the page together from its sources, which are resources of the assembly, and the data.</summary>
internal static class ReportPage
{
    private const string Prefix = "DEngine.Simulation.Reporting.Page.";

    /// <summary>In the order in which they build on each other.</summary>
    private static readonly string[] Scripts =
        ["errors.js", "data.js", "words.js", "look.js", "view.js", "lanes.js", "arrows.js", "timeline.js", "overview.js", "panel.js", "filters.js", "controls.js", "check.js"];

    public static void Write(TextWriter page, ReportHead head, string data)
    {
        string template = Read("report.html");
        var script = new StringBuilder();
        foreach (string name in Scripts) script.Append(Read(name)).Append('\n');
        foreach (string part in template.Split("@@"))
        {
            page.Write(part switch
            {
                "title" => HtmlEncoder.Default.Encode($"{head.Name}: {head.Result.Verdict}"),
                "style" => Read("report.css"),
                "script" => script.ToString(),
                "data" => data,
                _ => part,
            });
        }
    }

    private static string Read(string name)
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"the page's {name} is not in the assembly");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
