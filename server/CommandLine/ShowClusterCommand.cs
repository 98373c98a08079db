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
        Terminal.Out.WriteLine($"its log begins at {answer.FirstIndex}, its newest snapshot ends at {answer.SnapshotIndex}");
        if (answer.Recovering is { } reason)
            Terminal.Out.WriteLine($"it is recovering ({reason}): it lacks what it has acknowledged, and neither votes nor counts until it is up to date");
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
