using System.CommandLine;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

internal sealed class DeleteCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<string> _key = new("KEY") { Description = "The key" };

    protected override Command Define() => new("delete", "Delete a key; exit code 1 when there was none") { _key };

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation) =>
        cluster.PostAsync("/delete", JsonSerializer.SerializeToUtf8Bytes(new KeyRequest(parsed.GetRequiredValue(_key)), ApiJson.Default.KeyRequest), cancellation);

    protected override int Show(ParseResult parsed, byte[] body)
    {
        ConditionalAnswer answer = JsonSerializer.Deserialize(body, ApiJson.Default.ConditionalAnswer)!;
        if (!answer.Succeeded)
            return Terminal.Fail(ExitCode.No, "there is no such key");
        Terminal.Out.WriteLine($"deleted, revision {answer.Revision}");
        return ExitCode.Done;
    }

    protected override int Judge(byte[] body) => SwapCommand.JudgeAnswer(body);
}
