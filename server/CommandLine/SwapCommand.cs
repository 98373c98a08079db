using System.CommandLine;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

internal sealed class SwapCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<string> _key = new("KEY") { Description = "The key" };
    private readonly Argument<string[]> _values = new("OLD NEW")
    {
        Description = "What must be there now, and what is to be there; with --absent only the new value",
        Arity = new ArgumentArity(1, 2),
    };

    private readonly Option<bool> _absent = new("--absent") { Description = "Write only if the key does not exist yet" };

    protected override Command Define()
    {
        Command command = new("cas", "Compare and swap: write NEW if the value is OLD; exit code 1 when it is not") { _key, _values, _absent };
        command.Validators.Add(result =>
        {
            int wanted = result.GetValue(_absent) ? 1 : 2;
            if ((result.GetValue(_values)?.Length ?? wanted) != wanted)
                result.AddError("cas: give KEY OLD NEW, or KEY NEW --absent");
        });
        return command;
    }

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation)
    {
        string[] values = parsed.GetRequiredValue(_values);
        SwapRequest request = new(parsed.GetRequiredValue(_key), parsed.GetValue(_absent) ? null : values[0], values[^1]);
        return cluster.PostAsync("/cas", JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.SwapRequest), cancellation);
    }

    protected override int Show(ParseResult parsed, byte[] body)
    {
        ConditionalAnswer answer = JsonSerializer.Deserialize(body, ApiJson.Default.ConditionalAnswer)!;
        if (!answer.Succeeded)
            return Terminal.Fail(ExitCode.No, $"not swapped: the value is another one (revision {answer.Revision})");
        Terminal.Out.WriteLine($"swapped, revision {answer.Revision}");
        return ExitCode.Done;
    }

    protected override int Judge(byte[] body) => JudgeAnswer(body);

    public static int JudgeAnswer(byte[] body) =>
        JsonSerializer.Deserialize(body, ApiJson.Default.ConditionalAnswer)!.Succeeded ? ExitCode.Done : ExitCode.No;
}
