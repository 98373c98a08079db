using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

public sealed class ViolationTests
{
    [Fact]
    public void The_first_completion_that_cannot_be_explained_is_named_with_what_was_concurrent()
    {
        Violation violation = Explain("""
            1 invoke write 1; 1 ok
            2 invoke write 3; 2 ok
            4 invoke write 4
            5 invoke read; 5 ok 1
            6 invoke read; 6 ok 1
            4 ok
            """);
        Assert.Equal((5, HistoryFunction.Read), (violation.Unplaceable.Process, violation.Unplaceable.Function));
        Assert.True(violation.IsEarliest);
        Assert.Equal(["write(1)", "write(3)"], violation.Placed.Select(o => o.ToString().Split(' ')[0]));
        Assert.Equal([4L], violation.Concurrent.Select(o => o.Process));
        Assert.StartsWith(
            "not linearizable: key \"x\": after write(3) by process 2 [3ms..4ms], read → 1 by process 5 [6ms..7ms] gave a value",
            violation.Explanation,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_from_nowhere_is_called_that() =>
        Assert.Contains(
            "nothing had written 9",
            Explain("1 invoke write 1; 1 ok; 2 invoke read; 2 ok 9").Explanation,
            StringComparison.Ordinal);

    [Fact]
    public void A_read_of_a_failed_write_says_so() =>
        Assert.Contains(
            "nothing had written 9, except write(9) by process 3",
            Explain("3 invoke write 9; 3 fail; 2 invoke read; 2 ok 9").Explanation,
            StringComparison.Ordinal);

    [Fact]
    public void The_later_of_two_cas_that_exclude_each_other_is_named()
    {
        Violation violation = Explain("1 invoke cas null 1; 2 invoke cas null 2; 2 ok; 1 ok");
        Assert.Equal((1, HistoryFunction.Cas), (violation.Unplaceable.Process, violation.Unplaceable.Function));
        Assert.Contains("succeeded, which no order", violation.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void An_explanation_stays_short_however_much_was_concurrent()
    {
        string history = string.Concat(Enumerable.Range(1, 500).Select(i => $"{i} invoke write {i}; {i} {(i % 3 == 0 ? "info" : "ok")}\n"))
            + string.Concat(Enumerable.Range(501, 500).Select(i => $"{i} invoke write {i}\n"))
            + "0 invoke read; 0 ok 1\n"
            + string.Concat(Enumerable.Range(501, 500).Select(i => $"{i} ok\n"));
        Violation violation = Explain(history);
        Assert.Equal(0, violation.Unplaceable.Process);
        Assert.InRange(violation.Explanation.Split('\n').Length, 5, 30);
    }

    private static Violation Explain(string history)
    {
        LinearizabilityResult result = LinearizabilityChecker.Check(Script.Parse(history), LinearizabilityModel.KeyValue);
        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
        Assert.NotNull(result.Violation);
        return result.Violation;
    }
}
