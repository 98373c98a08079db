using System.Globalization;
using System.Text;

namespace DEngine.Server.Metrics;

/// <summary>Writes Prometheus' text format 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());

    public void Write(MetricFamily family)
    {
        if (family.Series.Count == 0)
            return;

        WriteHead(family.Name, family.Help, family.Kind);
        foreach ((string labels, MetricSeries series) in family.Series)
        {
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(family, labels, series);
            else
                WriteSample(family.Name, labels, series.Value);
        }
    }

    public void Write(string name, string help, MetricKind kind, double value)
    {
        WriteHead(name, help, kind);
        WriteSample(name, "", value);
    }

    /// <summary>Letters, digits and underscores, with the unit and a counter's _total at the end: <c>raft.append (s)</c> is raft_append_seconds.</summary>
    public static string NameOf(string name, string? unit, MetricKind kind)
    {
        StringBuilder made = new();
        foreach (char c in name)
            _ = made.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');

        string suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" or "bytes" => "_bytes",
            _ => "",
        };
        bool isTotal = made.ToString().EndsWith("_total", StringComparison.Ordinal);
        if (isTotal)
            made.Length -= "_total".Length;
        if (!made.ToString().EndsWith(suffix, StringComparison.Ordinal))
            _ = made.Append(suffix);
        if (kind == MetricKind.Counter || isTotal)
            _ = made.Append("_total");
        return made.ToString();
    }

    /// <summary>Without braces, in the order of their names; empty when there are none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";

        KeyValuePair<string, object?>[] sorted = tags.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return string.Join(',', sorted.Select(t => $"{NameOf(t.Key, null, MetricKind.Gauge)}=\"{Escape(Convert.ToString(t.Value, CultureInfo.InvariantCulture))}\""));
    }

    private static string Escape(string? value) =>
        (value ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void WriteHead(string name, string help, MetricKind kind) => _ = _text
        .Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append('\n')
        .Append("# TYPE ").Append(name).Append(' ').Append(kind.ToString().ToLowerInvariant()).Append('\n');

    private void WriteHistogram(MetricFamily family, string labels, MetricSeries series)
    {
        string before = labels.Length == 0 ? "" : labels + ",";
        long cumulative = 0;
        for (int i = 0; i < series.Buckets.Length; i++)
        {
            cumulative += series.Buckets[i];
            string bound = i < family.Bounds!.Length ? family.Bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            WriteSample(family.Name + "_bucket", $"{before}le=\"{bound}\"", cumulative);
        }
        WriteSample(family.Name + "_sum", labels, series.Value);
        WriteSample(family.Name + "_count", labels, series.Count);
    }

    private void WriteSample(string name, string labels, double value)
    {
        _ = _text.Append(name);
        if (labels.Length > 0)
            _ = _text.Append('{').Append(labels).Append('}');
        _ = _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
