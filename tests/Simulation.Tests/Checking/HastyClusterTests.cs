using DEngine.Simulation.Checking;
using DEngine.Simulation.CommandLine;

namespace DEngine.Simulation.Tests.Checking;

public sealed class HastyClusterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_cluster_whose_followers_answer_reads_at_once_is_refused_and_the_operations_are_named(int seed)
    {
        History history = new HastyCluster(seed).Run();
        (int code, string output) = Check(history);
        Assert.Equal(1, code);
        Assert.StartsWith("not linearizable: key \"k", output, StringComparison.Ordinal);

        // The read that is wrong, and the write that it should have seen, each with its process and its times.
        LinearizabilityResult result = LinearizabilityChecker.Check(history, LinearizabilityModel.Register);
        Operation wrong = result.Violation!.Unplaceable;
        Assert.Equal(HistoryFunction.Read, wrong.Function);
        Assert.Contains(wrong.ToString(), output, StringComparison.Ordinal);
        Operation missed = history.Operations.Last(o => o.Function == HistoryFunction.Write && o.Key == wrong.Key
            && o.CompletedAtNanoseconds < wrong.InvokedAtNanoseconds);
        Assert.NotEqual(missed.Value, wrong.Value);
        Assert.Contains($"write({missed.Value}) by process {missed.Process}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_same_cluster_is_accepted_when_no_follower_is_late(int seed)
    {
        (int code, string output) = Check(new HastyCluster(seed) { LagMax = 0 }.Run());
        Assert.Equal((0, "ok: 400 operations on 3 keys linearizable\n"), (code, output.ReplaceLineEndings("\n")));
    }

    /// <summary>By way of a file, as for a system from elsewhere.</summary>
    private static (int Code, string Output) Check(History history)
    {
        string file = Path.GetTempFileName();
        try
        {
            using (var writer = new StreamWriter(file)) HistoryWriter.Write(writer, history);
            var output = new StringWriter();
            int code = SimulatorCommand.Run(["check", "--history", file, "--model", "register"], Stream.Null, output, output);
            return (code, output.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
