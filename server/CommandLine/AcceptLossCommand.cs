using System.CommandLine;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

/// <summary>The operator's order for when a majority lacks what it acknowledged and cannot all be brought back: one node goes on with what there is.</summary>
internal sealed class AcceptLossCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Option<bool> _yes = new("--yes") { Description = "Acknowledged writes may be lost, and that is accepted" };

    protected override Command Define()
    {
        var command = new Command("accept-loss", "Have a recovering node go on although acknowledged writes may be lost; name one node with --endpoints") { _yes };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(_yes))
            {
                result.AddError("accept-loss may lose acknowledged writes. First try to bring every node back: then nothing needs to be accepted. "
                    + "If that cannot be, say it to a majority of the voters with --yes, beginning with the longest log (dengine cluster shows last_index)");
            }
        });
        return command;
    }

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation) =>
        cluster.PostAsync("/accept-loss", "{}"u8.ToArray(), cancellation);

    protected override int Show(ParseResult parsed, byte[] body)
    {
        AcceptLossAnswer answer = JsonSerializer.Deserialize(body, ApiJson.Default.AcceptLossAnswer)!;
        Terminal.Out.WriteLine($"node {answer.NodeId} goes on with its log, which ends at entry {answer.LastIndex}");
        return ExitCode.Done;
    }
}
