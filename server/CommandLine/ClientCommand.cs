using System.CommandLine;
using System.Net;
using System.Text;

namespace DEngine.Server.CommandLine;

/// <summary>One command that asks the cluster something: options, errors and exit codes are the same for all.</summary>
internal abstract class ClientCommand(Terminal terminal)
{
    private readonly ClientOptions _options = new();

    protected Terminal Terminal { get; } = terminal;

    public Command Build()
    {
        Command command = Define();
        _options.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Name, description, arguments.</summary>
    protected abstract Command Define();

    protected abstract Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation);

    /// <summary>Prints an answer of status 200 for people.</summary>
    /// <returns>The exit code.</returns>
    protected abstract int Show(ParseResult parsed, byte[] body);

    /// <summary>The exit code of an answer of status 200; for --json, where the answer itself is printed.</summary>
    protected virtual int Judge(byte[] body) => ExitCode.Done;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            using ClusterClient cluster = _options.Open(parsed);
            ClusterReply reply = await AskAsync(cluster, parsed, cancellation).ConfigureAwait(false);
            if (reply.Status != HttpStatusCode.OK)
                return Refused(reply, _options.IsJson(parsed));
            if (!_options.IsJson(parsed))
                return Show(parsed, reply.Body);

            Terminal.Out.WriteLine(Encoding.UTF8.GetString(reply.Body));
            return Judge(reply.Body);
        }
        catch (CommandFailedException e)
        {
            return Terminal.Fail(e.ExitCode, e.Message);
        }
        catch (UnreachableException e)
        {
            return Terminal.Fail(ExitCode.Unreachable, e.Message);
        }
        catch (OperationCanceledException)
        {
            return Terminal.Fail(ExitCode.Unreachable, "interrupted before an answer came; a write may or may not have happened");
        }
    }

    private int Refused(ClusterReply reply, bool isJson)
    {
        ErrorAnswer error = ClusterClient.ReadError(reply)!;
        int exitCode = (error.Error, reply.Status) switch
        {
            ("key_not_found", _) => ExitCode.No,
            (_, HttpStatusCode.Conflict) => ExitCode.No,
            (_, HttpStatusCode.GatewayTimeout or HttpStatusCode.InsufficientStorage or HttpStatusCode.InternalServerError) => ExitCode.Unreachable,
            ("unexpected", _) => ExitCode.Unreachable,
            _ => ExitCode.WrongUse,
        };
        if (isJson)
            Terminal.Out.WriteLine(Encoding.UTF8.GetString(reply.Body));
        return Terminal.Fail(exitCode, error.Message);
    }
}
