using System.CommandLine;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

/// <summary>The operator's order for when the data directory of a voter is gone: the node that is there now under its number takes its place.</summary>
internal sealed class ReplaceCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<uint> _node = new("NODE") { Description = "The node whose data directory was wiped or swapped; it runs" };

    protected override Command Define() => new("replace", "Let a node whose data directory was wiped come back as a new member under its number") { _node };

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation) =>
        cluster.PostAsync("/replace",
            JsonSerializer.SerializeToUtf8Bytes(new TransferRequest(parsed.GetValue(_node)), ApiJson.Default.TransferRequest), cancellation);

    protected override int Show(ParseResult parsed, byte[] body)
    {
        Terminal.Out.WriteLine($"node {parsed.GetValue(_node)} has caught up and votes again, on its new data directory");
        return ExitCode.Done;
    }
}
