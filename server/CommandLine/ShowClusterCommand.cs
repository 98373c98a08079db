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
        Terminal.Out.WriteLine($"what it has applied comes to digest {answer.Digest ?? "-"}; a majority has applied the same up to {answer.ConfirmedDigestIndex}");
        if (answer.DoubtIndex > 0)
            Terminal.Out.WriteLine($"IT DIFFERS from another node at entry {answer.DoubtIndex}, and serves nothing until a majority has decided which is right");
        Terminal.Out.WriteLine($"{"node",-6}{"address",-24}{"role",-14}{"status",-12}{"match",10}{"lag",8}  digest");
        foreach (MemberAnswer member in answer.Members)
        {
            Terminal.Out.WriteLine(
                $"{member.Id,-6}{member.Address,-24}{member.Role,-14}{member.Status,-12}{Number(member.MatchIndex),10}{Number(member.Lag),8}  {Digest(member)}");
        }
        return ExitCode.Done;
    }

    /// <summary>Digests of different entries say nothing about each other, so the entry is beside it.</summary>
    private static string Digest(MemberAnswer member) => member.Digest is { } digest ? $"{digest} at {Number(member.DigestIndex)}" : "-";

    /// <summary>Only the leader knows how far the others are.</summary>
    private static string Number(long? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
