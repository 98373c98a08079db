using System.Globalization;
using System.Text.RegularExpressions;

namespace DEngine.Server.Tests.Processes;

/// <summary>What has happened on the disk when a vote, or a request for votes, leaves a real node, by its system calls.</summary>
public sealed partial class VoteTests : IDisposable
{
    private const string Calls = "pwrite64,fdatasync,sendto,sendmsg";

    /// <summary>"/wal-", as every string is printed here.</summary>
    private const string LogName = @"\x2f\x77\x61\x6c\x2d";

    /// <summary>Kinds of messages, docs/wire-format.md.</summary>
    private const int VoteRequest = 3, VoteResponse = 4;

    /// <summary>Where a frame's body begins, behind lengths, checksums and kind; a vote's body is the term and whether it is granted.</summary>
    private const int Body = 13, Granted = Body + 8;

    /// <summary>Of the log's records, docs/wal-format.md.</summary>
    private const int RecordHeader = 40, RecordAlignment = 8, HardStateRecord = 2, FirstSegmentMark = 0x57A1 ^ 1;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-strace-");

    public void Dispose() => _directory.Delete(recursive: true);

    [StraceFact]
    public async Task Term_and_vote_are_synced_before_a_vote_or_a_request_for_votes_leaves()
    {
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node, ["strace", .. Strace.Options(OutputOf(node), Calls, hexadecimal: true)]);
        await cluster.LeaderAsync();
        for (int node = 1; node <= 3; node++) await cluster[node].TerminateTracedAsync();

        int requests = 0, votes = 0;
        for (int node = 1; node <= 3; node++)
        {
            List<string> calls = Strace.Read(OutputOf(node));
            for (int i = 0; i < calls.Count; i++)
            {
                foreach (byte[] frame in Frames(calls[i]))
                {
                    bool isVote = frame[Body - 1] == VoteResponse && frame[Granted] == 1;
                    if (!isVote && frame[Body - 1] != VoteRequest) continue;
                    AssertSynced(calls, i, BitConverter.ToInt64(frame, Body));
                    if (isVote) votes++;
                    else requests++;
                }
            }
        }

        Assert.True(requests > 0 && votes > 0, $"{requests} requests for votes and {votes} votes were seen");
    }

    /// <summary>The vote of that term has been written to the log, and the log has been synced since.</summary>
    private static void AssertSynced(List<string> calls, int vote, long term)
    {
        int written = calls.FindLastIndex(vote, call => IsOfLog(call, "pwrite64") && HoldsVote(call, term));
        int synced = written < 0 ? -1 : calls.FindIndex(written, call => IsOfLog(call, "fdatasync") && call.EndsWith("= 0", StringComparison.Ordinal));
        string story = string.Join('\n', calls.Take(vote + 1));
        Assert.True(written >= 0 && synced > written && synced < vote, $"vote of term {term} in call {vote}, written {written}, synced {synced}:\n{story}");
    }

    /// <summary>Whether what is written has a record of a vote in a term (docs/wal-format.md).</summary>
    private static bool HoldsVote(string call, long term)
    {
        byte[] bytes = [.. Hexadecimal().Matches(call[call.IndexOf(',', StringComparison.Ordinal)..]).SelectMany(text => BytesOf(text))];
        for (int at = 0; at + RecordHeader <= bytes.Length; at += RecordAlignment)
        {
            bool isHardState = bytes[at + 12] == HardStateRecord && BitConverter.ToUInt16(bytes, at + 14) == FirstSegmentMark;
            if (isHardState && BitConverter.ToInt64(bytes, at + 16) != 0 && BitConverter.ToInt64(bytes, at + 24) == term) return true;
        }

        return false;
    }

    private static byte[] BytesOf(Match text) => Convert.FromHexString(text.Groups["bytes"].Value.Replace("\\x", "", StringComparison.Ordinal));

    private static bool IsOfLog(string call, string name) =>
        call.StartsWith(name + "(", StringComparison.Ordinal) && call[..call.IndexOf('>', StringComparison.Ordinal)].Contains(LogName, StringComparison.Ordinal);

    /// <summary>Whole frames between peers that a call sends; none where it is another call, or sends something else.</summary>
    private static IEnumerable<byte[]> Frames(string call)
    {
        if (!call.StartsWith("send", StringComparison.Ordinal)) yield break;
        foreach (Match text in Hexadecimal().Matches(call))
        {
            byte[] bytes = BytesOf(text);
            for (int at = 0; at + Body <= bytes.Length;)
            {
                int length = BitConverter.ToInt32(bytes, at);
                if (length < 1 || at + Body - 1 + length > bytes.Length) break;
                yield return bytes[at..(at + Body - 1 + length)];
                at += Body - 1 + length;
            }
        }
    }

    private string OutputOf(int node) => Path.Combine(_directory.FullName, node.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex("\"(?<bytes>(\\\\x[0-9a-f]{2})+)\"")]
    private static partial Regex Hexadecimal();
}
