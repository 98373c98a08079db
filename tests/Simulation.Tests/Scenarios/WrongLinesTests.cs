using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Tests.Scenarios;

/// <summary>A line that cannot be read: the message names it, says what is wrong, and what would be right.</summary>
public sealed class WrongLinesTests
{
    [Theory]
    [InlineData("nodes 10", "'10' is no number of nodes; it is a whole number from 1 to 9")]
    [InlineData("election 100", "'100' is no range of times; it is written 1ms..5ms, or 1ms")]
    [InlineData("election 5ms..1ms", "'5ms..1ms' is no range of times; it is written 1ms..5ms, or 1ms")]
    [InlineData("keeps-order maybe", "'maybe' is neither yes nor no")]
    [InlineData("drift 2", "'2' is no drift; it is a number from 0 to 0.5")]
    [InlineData("lease 100ms", "LeaseDuration must be below ElectionTimeoutMin less the drift bound.")]
    [InlineData("preset n1 term 1 log 1 2", "the node's term 1 lies before that of its last entry, 2")]
    [InlineData("preset n1 log one", "a log is written as terms and runs of terms, such as 1x3 4 4 5")]
    [InlineData("explode n1", "'explode' begins no line; a line begins with wait, until, expect, never, elect, campaign, count, repeat, finish, or a step")]
    [InlineData("elect", "a node, such as n1, is missing at the end of the line")]
    [InlineData("elect n4", "'n4' is no node; nodes are n1 to n3")]
    [InlineData("elect n1 now", "'now' is too much")]
    [InlineData("wait 3", "'3' is no time; the time to wait is a number with s, ms or us, such as 150ms")]
    [InlineData("crash n1 loosing what was not synced", "'loosing' is too much")]
    [InlineData("disk n1 fails reading 1", "'reading' is no operation of a disk; write, sync, rename, create, syncdirectory are, and 'change' is any")]
    [InlineData("cut n1 n2", "a cut needs links, such as n1>n2, or groups with | between them, such as n1 | n2 n3")]
    [InlineData("drop AppendRequest", "a link such as n1>n2 belongs where 'AppendRequest' stands")]
    [InlineData("drop n1>n2 AppendRequests", "'AppendRequests' is no kind of message; PreVoteRequest, ")]
    [InlineData("propose n1 3", "'3' does not say how many times; it is written x3")]
    [InlineData("c1 get x", "'c1' is no client; clients are c0 to c0")]
    [InlineData("c0 increment x", "'increment' is nothing that a client does; get, scan (also lease-get, eventual-get, ...), put, cas, append, add, delete and works are")]
    [InlineData("lose n1>n2 12", "'12' is no number of a frame; it is written #12")]
    [InlineData("expect n1 is King", "'King' is no role; Follower, PreCandidate, Candidate, Leader are")]
    [InlineData("expect n1 rich", "'rich' is nothing that can be said of a node; leads, down, is, replaced, members, has lease, log, holds, term, commit, applied, last, durable, first and snapshot are")]
    [InlineData("expect n1 commit > 3", "'>' is no number; it is a whole number from 0 to ")]
    [InlineData("expect n1 leads and n2 leads or n3 leads", "a line has 'and' or 'or', not both; write two lines, or leave one out")]
    [InlineData("expect c0 great", "'great' is no outcome; ok, failed, unknown, busy and done are")]
    [InlineData("until n1 leads within", "the time after 'within' is missing at the end of the line")]
    [InlineData("finish leaving n1 Happy", "'Happy' is no way to leave a node; Whole, Down, ")]
    [InlineData("end", "this 'end' has no 'repeat' above it")]
    [InlineData("repeat x3", "this 'repeat' has no 'end' below it")]
    [InlineData("wait 1s\nnodes 5", "'nodes' is a setting; settings come before everything else")]
    [InlineData("wait 1s\ndown n1", "'down' comes after the settings, before the first line that does something")]
    public void A_wrong_line_is_named_and_explained(string lines, string message)
    {
        FormatException wrong = Assert.Throws<FormatException>(() => ScenarioRunner.Run("a.scenario", $"# A comment.\n{lines}\n"));
        int line = 1 + lines.Split('\n').Length;
        Assert.StartsWith($"a.scenario:{line}: {message}", wrong.Message, StringComparison.Ordinal);
    }
}
