using DEngine.Simulation.Scenarios;
using Xunit.Abstractions;

namespace DEngine.Simulation.Tests.Scenarios;

/// <summary>
/// Power loss of everyone at each boundary of I/O (SCENARIOS 13; etcd #14370, #12589, d-engine #446): a node ends before, in the middle of, or after each
/// operation of its disk, and before each message, submission and answer of its passes; in that instant the power goes everywhere. What clients were told
/// must be there afterwards.
/// </summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    private static readonly string[] OfDisk = ["ends the process before change", "ends the process after 21 bytes of write", "ends the process after change"];

    /// <summary>What the loss of power leaves, and whether n1 and n3 have slow disks: then n2 acknowledges what nobody else has on disk.</summary>
    private static readonly (string Loss, string SlowDisks)[] Circumstances =
    [
        ("losing what was not synced", "run"),
        ("keeping some of what was not synced", "run"),
        ("keeping what was not synced", "run"),
        ("losing what was not synced", "hangs for 30ms"),
    ];

    [Fact]
    public void What_was_acknowledged_outlives_the_power_of_everyone_whenever_it_goes()
    {
        int cases = 0;
        foreach ((string loss, string slowDisks) in Circumstances)
        {
            for (int node = 1; node <= 3; node++)
            {
                foreach (string fault in OfDisk) cases += TryEach(node, point => $"disk n{node} {fault} {point} for 20ms", loss, slowDisks);
                cases += TryEach(node, point => $"crash n{node} before effect {point} for 20ms", loss, slowDisks);
            }
        }

        output.WriteLine($"{cases} crash points, all of them survived");
        Assert.InRange(cases, 200, 2000);
    }

    /// <summary>Tries the first, the second and so on, until one lies beyond the end of the work; gives how many there were.</summary>
    private static int TryEach(int node, Func<int, string> fault, string loss, string slowDisks)
    {
        for (int point = 1; ; point++)
        {
            string[] lines = Write(node, fault(point), loss, slowDisks);
            ScenarioResult result = ScenarioRunner.Run($"crash point: {fault(point)}, {loss}", string.Join('\n', lines));
            if (result.IsAsExpected) continue;
            Assert.True(result.Line == 1 + Array.IndexOf(lines, $"expect n{node} down"), result.ToString());
            return point - 1;
        }
    }

    private static string[] Write(int node, string fault, string loss, string slowDisks) =>
    [
        "clients 2, disk-latency 3ms",
        "elect n1",
        "until all commit 1 within 100ms",
        slowDisks == "run" ? "" : $"disk n1 {slowDisks}",
        slowDisks == "run" ? "" : $"disk n3 {slowDisks}",
        fault,
        "c0 put x 1 via n1",
        "c0 put x 2 via n1",
        "c0 put x 3 via n1",
        $"until n{node} down or c0 done within 2s",
        $"expect n{node} down",
        $"crash n1 {loss} for 10ms",
        $"crash n2 {loss} for 10ms",
        $"crash n3 {loss} for 10ms",
        "c1 get x",
        "until c1 ok within 3s",
        "finish",
    ];
}
