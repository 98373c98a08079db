using System.CommandLine;
using DEngine.Configuration;
using DEngine.Server.Logging;
using DEngine.Server.Running;

namespace DEngine.Server.CommandLine;

/// <summary>Runs a node until it is told to stop.</summary>
internal sealed class StartCommand(Terminal terminal)
{
    private const string LevelVariable = "LOG_LEVEL";

    private readonly Option<string?> _config = new("--config", "-c")
    {
        Description = "The configuration: a file, a file without its .toml, or a directory with one .toml file in it",
        HelpName = "FILE",
    };

    private readonly Argument<string[]> _assignments = new("NAME=VALUE")
    {
        Description = "CONFIG_PATH=FILE names the configuration as --config does; DENGINE__SECTION__FIELD=… or section.field=… overrides a field",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Command Build()
    {
        Command command = new("start", "Run a node. LOG_LEVEL in the environment is trace, debug, info, warn (default), error or off.") { _config, _assignments };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        (ConfigurationResult? result, IReadOnlyList<string> mistakes) =
            StartSettings.Load(parsed.GetValue(_config), parsed.GetValue(_assignments) ?? []);
        string? levelText = Environment.GetEnvironmentVariable(LevelVariable);
        if (!LogLevelName.TryParse(levelText, out LogLevel level))
            mistakes = [.. mistakes, $"{LevelVariable}: found {levelText}, allowed: {LogLevelName.Allowed}"];
        if (mistakes.Count > 0 || result?.Options is not { } options)
        {
            foreach (string mistake in mistakes)
                terminal.Error.WriteLine(mistake);
            return ExitCode.WrongUse;
        }

        return await new NodeProcess(result, options, terminal, level).RunAsync().ConfigureAwait(false);
    }
}
