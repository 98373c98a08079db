using System.CommandLine;
using DEngine.Configuration;

namespace DEngine.Server.CommandLine;

/// <summary>The options of every command that talks to a cluster.</summary>
internal sealed class ClientOptions
{
    private const double SecondsDefault = 10;

    private readonly Option<string> _endpoints = new("--endpoints", "-e")
    {
        Description = "Nodes to ask, the first that answers: HOST:PORT,HOST:PORT,… (a port alone has the host of the one before it)",
        HelpName = "HOST:PORT,…",
        DefaultValueFactory = _ => Endpoints.Default,
    };

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "Give up after so many seconds",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => SecondsDefault,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the answer as one line of JSON" };

    public void AddTo(Command command)
    {
        _endpoints.Validators.Add(result =>
        {
            if (!Endpoints.TryParse(result.GetValueOrDefault<string>() ?? "", out _, out string? mistake))
                result.AddError(mistake!);
        });
        _timeout.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(double.TryParse(result.Tokens[0].Value, out double seconds) && seconds is > 0 and <= 3_600))
                result.AddError($"--timeout: found \"{result.Tokens[0].Value}\", allowed: more than 0, at most 3600 seconds");
        });
        command.Add(_endpoints);
        command.Add(_timeout);
        command.Add(_json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public ClusterClient Open(ParseResult parsed)
    {
        _ = Endpoints.TryParse(parsed.GetValue(_endpoints) ?? "", out IReadOnlyList<NodeAddress>? endpoints, out _);
        return new ClusterClient(endpoints!, TimeSpan.FromSeconds(parsed.GetValue(_timeout)));
    }
}
