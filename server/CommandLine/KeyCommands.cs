using System.CommandLine;
using System.Text;
using System.Text.Json;
using DEngine.Server.Http;

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

/// <summary>What a read may rely on.</summary>
internal static class ConsistencyOption
{
    public static Option<string?> Make()
    {
        Option<string?> option = new("--consistency")
        {
            Description = "What the read may rely on: linearizable, lease or eventual; as the node is configured when left out",
            HelpName = "POLICY",
        };
        option.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (result.Tokens.Count == 1 && !ConsistencyNames.TryParse(text, out _))
                result.AddError($"--consistency: found \"{text}\", allowed: {ConsistencyNames.Allowed}");
        });
        return option;
    }

    public static string Query(string? consistency) => consistency is null ? "" : $"&consistency={consistency}";
}
