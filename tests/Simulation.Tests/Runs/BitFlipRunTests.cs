using DEngine.Simulation.Runs;

namespace DEngine.Simulation.Tests.Runs;

/// <summary>One bit of one disk of three turns over, anywhere; five thousand of them are <c>make bit-flips</c>.</summary>
public sealed class BitFlipRunTests
{
    [Fact]
    public void Whatever_bit_turns_over_nothing_is_lost_and_it_does_not_stay()
    {
        var outcomes = new HashSet<BitFlipOutcome>();
        var files = new HashSet<string>();
        for (ulong seed = 1; seed <= 100; seed++)
        {
            BitFlipResult result = BitFlipRun.Run(seed);
            Assert.True(result.Run.Verdict == RunVerdict.Passed, $"{result.Run}");
            Assert.True(result.Run.Operations > 50, $"{result.Run}");
            outcomes.Add(result.Outcome);
            files.Add(Path.GetExtension(result.File) is { Length: > 0 } extension ? extension : result.File);
        }

        Assert.Superset(new HashSet<BitFlipOutcome> { BitFlipOutcome.Harmless, BitFlipOutcome.PutRight }, outcomes);
        Assert.Superset(new HashSet<string> { ".log", ".snap", "hard-state", "identity" }, files);
    }

    [Fact]
    public void The_same_seed_is_the_same_run() => Assert.Equal(BitFlipRun.Run(7).Run.TraceHash, BitFlipRun.Run(7).Run.TraceHash);
}
