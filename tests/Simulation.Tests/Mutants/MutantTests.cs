using DEngine.Mutants;

namespace DEngine.Simulation.Tests.Mutants;

/// <summary>The bank of known bugs against the tree as it is; whether they are found is for <c>make mutants</c>.</summary>
public sealed class MutantTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Ids => [.. MutantBank.Load(Root).Select(mutant => mutant.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_mutant_applies_and_leaves_the_simulator_alone(string id)
    {
        Mutant mutant = MutantBank.Load(Root).Single(each => each.Id == id);
        string[] simulated = ["core/", "storage/"];
        string[] tested = [.. simulated, "transport/", "hosting/", "server/"];
        string[] allowed = mutant.Test is null ? simulated : tested;
        if (mutant.Test is { } test) Assert.True(File.Exists(Path.Combine(Root, test.Project, $"DEngine.{Path.GetFileName(test.Project)}.csproj")), test.Project);
        foreach ((string path, string mutated) in MutantBank.Mutate(mutant, Root))
        {
            Assert.True(Array.Exists(allowed, directory => path.StartsWith(directory, StringComparison.Ordinal)), path);
            Assert.NotEqual(File.ReadAllText(Path.Combine(Root, path)), mutated);
        }
    }

    [Fact]
    public void No_row_is_both_a_mutant_and_not_applicable()
    {
        IReadOnlyList<Mutant> mutants = MutantBank.Load(Root);
        IReadOnlyList<(string Id, string Reason)> others = MutantBank.LoadNotApplicable(Root);
        Assert.All(others, row => Assert.DoesNotContain(mutants, mutant => mutant.IsMeantBy(row.Id)));
        Assert.Equal(others.Count, others.DistinctBy(row => row.Id).Count());
    }

    [Fact]
    public void Lines_that_are_not_there_exactly_once_are_an_error()
    {
        var edit = new Edit("a.cs", "  one\n", "  two\n");
        Assert.Equal("  two\nrest\n", edit.ApplyTo("  one\nrest\n"));
        Assert.Equal("if\n  two\n", edit.ApplyTo("if\n  one\n"));
        Assert.Throws<MutantException>(() => edit.ApplyTo("none\n"));
        Assert.Throws<MutantException>(() => edit.ApplyTo("  one\n  one\n"));
        Assert.Throws<MutantException>(() => edit.ApplyTo("    one\n"));
    }

    [Fact]
    public void A_hunk_keeps_removes_and_adds_lines()
    {
        Mutant mutant = MutantText.Parse("X1b-some-name.mutant", "bug: it is\n  wrong\nnotices: LIN\nseen: nowhere\n\n@@ core/A.cs\n keep\n-old\n+new\n@@ core/B.cs\n-gone\n");
        Assert.Equal(("X1b", "some name", "it is wrong", ""), (mutant.Id, mutant.Name, mutant.Bug, mutant.Survives));
        Assert.Equal([new Edit("core/A.cs", "keep\nold\n", "keep\nnew\n"), new Edit("core/B.cs", "gone\n", "")], mutant.Edits);
        Assert.Throws<MutantException>(() => MutantText.Parse("X1-a.mutant", "bug: b\nnotices: n\nseen: s\n@@ core/A.cs\n keep\n"));
        Assert.Throws<MutantException>(() => MutantText.Parse("X1-a.mutant", "bug: b\nseen: s\n@@ core/A.cs\n-old\n"));
    }

    [Theory]
    [InlineData(1, "seed 17: VIOLATION, trace 0, 1 s\n  VIOLATION at 9.744858 s: ES term 15 has two leaders\n40 seeds, 1 failed", true, "ES", 17)]
    [InlineData(1, "seed 3: STUCK, trace 0, 1 s\n  STUCK at 5.0 s: LIVE no progress within 3.1 s", true, "STUCK", 3)]
    [InlineData(1, "seed 4: VIOLATION, trace 0\n  VIOLATION at 1.0 s: INV n2: committed entries are never removed (L3): 4, 5", true, "INV L3", 4)]
    [InlineData(0, "2000 seeds, 0 failed", false, "", 0)]
    [InlineData(null, "100 of 2000 seeds, 0 failed, 60 s", false, "TIME", 0)]
    [InlineData(134, "Unhandled exception. System.IndexOutOfRangeException", true, "CRASH", 1)]
    public void The_outcome_is_read_from_what_a_sweep_prints(int? exitCode, string output, bool isFound, string checker, long seed)
    {
        Outcome outcome = SweepOutput.Read(exitCode, output, 1);
        Assert.Equal((isFound, checker, seed), (outcome.IsFound, outcome.Checker, outcome.Seed));
    }

    [Fact]
    public void A_mutant_of_what_the_simulator_does_not_run_names_a_test()
    {
        Mutant mutant = MutantText.Parse("X1-a.mutant", "bug: b\nnotices: n\nseen: s\ntest: tests/Hosting.Tests A_sentence\n@@ hosting/A.cs\n-old\n");
        Assert.Equal(new MutantTest("tests/Hosting.Tests", "A_sentence"), mutant.Test);
        Assert.Throws<MutantException>(() => MutantText.Parse("X1-a.mutant", "bug: b\nnotices: n\nseen: s\ntest: all\n@@ hosting/A.cs\n-old\n"));
    }

    [Theory]
    [InlineData(1, "    DEngine.A_sentence [FAIL]\nFailed!  - Failed:     1, Passed:     0, Skipped:     0", true, "DEngine.A_sentence")]
    [InlineData(0, "Passed!  - Failed:     0, Passed:     1, Skipped:     0", false, "the test passed")]
    [InlineData(1, "The active test run was aborted. Reason: Test host process crashed", true, "the process of the tests ended")]
    [InlineData(null, "", true, "the test was stopped at its limit of time")]
    public void The_outcome_is_read_from_what_a_test_prints(int? exitCode, string output, bool isFound, string reason)
    {
        Outcome outcome = TestOutput.Read(exitCode, output, 1);
        Assert.Equal((isFound, reason), (outcome.IsFound, outcome.Reason));
    }

    [Fact]
    public void A_filter_that_no_test_matches_is_an_error() =>
        Assert.Throws<MutantException>(() => TestOutput.Read(0, "No test matches the given testcase filter `none`", 1));

    private static string FindRoot()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "global.json"))) at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException($"no global.json above {AppContext.BaseDirectory}");
    }
}
