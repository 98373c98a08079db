using System.CommandLine;
using System.CommandLine.Invocation;

namespace DEngine.Server.CommandLine;

/// <summary>All commands, and what is the same for all: one line for each mistake, exit code 2.</summary>
internal static class DEngineCommandLine
{
    private const string Description = """
        DEngine: a replicated key-value store on a Raft log. This one program runs a node and talks to a cluster.

          dengine demo                              three nodes in one process: see it elect, fail over and recover
          dengine start --config config/n1.toml     run a node
          dengine put greeting hello                write, then read back
          dengine get greeting

        Exit codes: 0 done; 1 the answer is "no"; 2 wrong use; 3 the cluster could not be reached or gave no certain answer.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        ParseResult parsed = Build(terminal).Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string mistake in parsed.Errors.Select(e => e.Message).Distinct())
                _ = terminal.Fail(ExitCode.WrongUse, mistake);
            return terminal.Fail(ExitCode.WrongUse, $"'{HelpFor(parsed)} --help' says what there is");
        }

        // A node stops by its own rules (NodeProcess); every other command just ends.
        bool runsNode = parsed.CommandResult.Command.Name is "start";
        InvocationConfiguration configuration = new()
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = runsNode ? null : TimeSpan.FromSeconds(5),
        };
        return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
    }

    public static RootCommand Build(Terminal terminal)
    {
        RootCommand root = new(Description)
        {
            new StartCommand(terminal).Build(),
            new DemoCommand(terminal).Build(),
            new PutCommand(terminal).Build(),
            new GetCommand(terminal).Build(),
            new DeleteCommand(terminal).Build(),
            new SwapCommand(terminal).Build(),
            new ScanCommand(terminal).Build(),
            new ShowClusterCommand(terminal).Build(),
            new TransferCommand(terminal).Build(),
            new AcceptLossCommand(terminal).Build(),
            new ReplaceCommand(terminal).Build(),
            new ResetCommand(terminal).Build(),
            new WalCommand(terminal).Build(),
            SnapshotCommand.Build(terminal),
        };
        foreach (Command later in LaterCommands.All(terminal))
            root.Add(later);
        return root;
    }

    private static string HelpFor(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "dengine" : $"dengine {parsed.CommandResult.Command.Name}";
}
