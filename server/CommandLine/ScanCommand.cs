using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

internal sealed class ScanCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<string> _prefix = new("PREFIX")
    {
        Description = "What the keys begin with; everything when left out",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "",
    };

    private readonly Option<int> _limit = new("--limit") { Description = "The most entries", HelpName = "N", DefaultValueFactory = _ => 100 };
    private readonly Option<string?> _after = new("--after") { Description = "Only keys behind this one", HelpName = "KEY" };
    private readonly Option<string?> _consistency = ConsistencyOption.Make();

    protected override Command Define() =>
        new("scan", "Read the keys that begin with PREFIX, in order: key, tab, value") { _prefix, _limit, _after, _consistency };

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation)
    {
        string after = parsed.GetValue(_after) is { } key ? $"&after={Uri.EscapeDataString(key)}" : "";
        string prefix = Uri.EscapeDataString(parsed.GetValue(_prefix) ?? "");
        return cluster.GetAsync(
            $"/scan?prefix={prefix}&limit={parsed.GetValue(_limit)}{after}{ConsistencyOption.Query(parsed.GetValue(_consistency))}", cancellation);
    }

    protected override int Show(ParseResult parsed, byte[] body)
    {
        ScanAnswer answer = JsonSerializer.Deserialize(body, ApiJson.Default.ScanAnswer)!;
        foreach (EntryAnswer entry in answer.Entries)
            Terminal.Out.WriteLine($"{Encoding.UTF8.GetString(entry.KeyBytes)}\t{Encoding.UTF8.GetString(entry.ValueBytes)}");
        if (answer.More)
            Terminal.Error.WriteLine($"dengine: there are more; go on with --after {answer.Entries[^1].Key}");
        return ExitCode.Done;
    }
}
