using System.CommandLine;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

internal sealed class PutCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<string> _key = new("KEY") { Description = "The key, 1 to 4096 bytes of UTF-8" };
    private readonly Argument<string> _value = new("VALUE") { Description = "The value, up to 1 MiB of UTF-8" };

    protected override Command Define() => new("put", "Write a key") { _key, _value };

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation) =>
        cluster.PostAsync("/put",
            JsonSerializer.SerializeToUtf8Bytes(new WriteRequest(parsed.GetRequiredValue(_key), parsed.GetRequiredValue(_value)), ApiJson.Default.WriteRequest),
            cancellation);

    protected override int Show(ParseResult parsed, byte[] body)
    {
        Terminal.Out.WriteLine($"written, revision {JsonSerializer.Deserialize(body, ApiJson.Default.PutAnswer)!.Revision}");
        return ExitCode.Done;
    }
}
