using System.CommandLine;
using System.Text.Json;

namespace DEngine.Server.CommandLine;

internal sealed class ShowClusterCommand(Terminal terminal) : ClientCommand(terminal)
{
    protected override Command Define() => new("cluster", "Show members, leader, term and how far each one is");

    protected override Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation) =>
        cluster.GetAsync("/cluster", cancellation);

    protected override int Show(ParseResult parsed, byte[] body)
    {
        ClusterAnswer answer = JsonSerializer.Deserialize(body, ApiJson.Default.ClusterAnswer)!;
        string leader = answer.Leader is { } known ? $"node {known.Id} at {known.Address}" : "none";
        Terminal.Out.WriteLine($"leader {leader}, term {answer.Term}");
        Terminal.Out.WriteLine(
            $"as node {answer.NodeId} sees it: committed {answer.CommitIndex}, applied {answer.AppliedIndex}, last {answer.LastIndex}, durable {answer.DurableIndex}");
        Terminal.Out.WriteLine($"{"node",-6}{"address",-24}{"role",-14}{"status",-12}{"match",10}{"lag",8}");
        foreach (MemberAnswer member in answer.Members)
        {
            Terminal.Out.WriteLine(
                $"{member.Id,-6}{member.Address,-24}{member.Role,-14}{member.Status,-12}{Number(member.MatchIndex),10}{Number(member.Lag),8}");
        }
        return ExitCode.Done;
    }

    /// <summary>Only the leader knows how far the others are.</summary>
    private static string Number(long? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}

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
