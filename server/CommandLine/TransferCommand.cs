using System.CommandLine;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

internal sealed class TransferCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<uint?> _node = new("NODE")
    {
        Description = "The node to lead from now on; whoever is furthest when left out",
        Arity = ArgumentArity.ZeroOrOne,
    };

    protected override Command Define() => new("transfer", "Hand leadership to another node") { _node };

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation) =>
        cluster.PostAsync("/transfer",
            JsonSerializer.SerializeToUtf8Bytes(new TransferRequest(parsed.GetValue(_node)), ApiJson.Default.TransferRequest), cancellation);

    protected override int Show(ParseResult parsed, byte[] body)
    {
        TransferAnswer answer = JsonSerializer.Deserialize(body, ApiJson.Default.TransferAnswer)!;
        Terminal.Out.WriteLine(answer.Leader is { } leader ? $"node {leader.Id} leads now" : "handed over; the new leader is not known yet");
        return ExitCode.Done;
    }
}
