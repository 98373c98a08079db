using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

internal sealed class GetCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<string> _key = new("KEY") { Description = "The key" };
    private readonly Option<string?> _consistency = ConsistencyOption.Make();

    protected override Command Define() => new("get", "Read a key: its value on standard output, exit code 1 when there is no such key") { _key, _consistency };

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation) =>
        cluster.GetAsync($"/get?key={Uri.EscapeDataString(parsed.GetRequiredValue(_key))}{ConsistencyOption.Query(parsed.GetValue(_consistency))}", cancellation);

    protected override int Show(ParseResult parsed, byte[] body)
    {
        Terminal.Out.WriteLine(Encoding.UTF8.GetString(JsonSerializer.Deserialize(body, ApiJson.Default.EntryAnswer)!.ValueBytes));
        return ExitCode.Done;
    }
}
