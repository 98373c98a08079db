using System.CommandLine;

namespace DEngine.Server.CommandLine;

/// <summary>Commands that later versions have: named here, so that whoever tries them learns why they do nothing.</summary>
internal static class LaterCommands
{
    public static IEnumerable<Command> All(Terminal terminal)
    {
        const string membership = "changing the members of a running cluster is not in this version";
        yield return Later("watch", "watching keys is not in this version; read them again with 'dengine get' or 'dengine scan'");
        yield return Later("join", $"{membership}; list all nodes in initial_cluster before the first start");
        yield return Later("promote", $"{membership}; every member of initial_cluster that is no learner votes from the start");
        yield return Later("remove", $"{membership}; a node that stays away costs the others nothing as long as a majority is there");

        Command Later(string name, string reason)
        {
            Argument<string[]> anything = new("ARGUMENTS") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };
            Command command = new(name, "(not in this version)") { anything };
            command.TreatUnmatchedTokensAsErrors = false;
            command.SetAction(_ => terminal.Fail(ExitCode.WrongUse, $"{name}: {reason}"));
            return command;
        }
    }
}
