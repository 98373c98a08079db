using DEngine.Simulation.CommandLine;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Tests.Scenarios;

/// <summary>A line that does not hold: the result names it, and says what is the case.</summary>
public sealed class UnmetLinesTests
{
    [Theory]
    [InlineData("elect n1\nexpect n2 leads", 2, "expected n2 leads; n1 leads term 1")]
    [InlineData("elect n1\nexpect n1 log 1 1 and n1 commit 0", 2, "expected n1 log 1 1 and n1 commit 0; not n1 log 1 1: it is 1")]
    [InlineData("elect n1\nexpect all term >= 2", 2, "expected all term >= 2; not n1 term >= 2: it is 1")]
    [InlineData("elect n1\nexpect n2 leads or new leaders 0", 2, "expected n2 leads or new leaders 0; n2 leads: n1 leads term 1; new leaders 0: it is 1")]
    [InlineData("never somebody leads\nelect n1\nfinish", 1, "somebody leads must never be, and it was at 4.32ms")]
    [InlineData("crash n1\ncrash n2\nuntil n3 leads within 1s", 3, "1s have passed without n3 leads; nobody leads")]
    [InlineData("wait 2s\nat 1s heal", 2, "it is 2s already")]
    [InlineData("elect n1\nexpect n1 has lease", 2, "expected n1 has lease; it has none")]
    [InlineData("elect n1\nexpect n1>n2 sent Heartbeat >= 1", 2, "expected n1>n2 sent Heartbeat >= 1; it is 0")]
    [InlineData("elect n1\nc0 get x\nuntil c0 ok 5 within 1s", 3, "1s have passed without c0 ok 5; it was told absent")]
    [InlineData("elect n1\nfinish\nexpect violation LIN", 0, "violation LIN is expected; passed")]
    public void A_line_that_does_not_hold_is_named_and_explained(string text, int line, string problem)
    {
        ScenarioResult result = ScenarioRunner.Run("a.scenario", text);
        Assert.False(result.IsAsExpected);
        Assert.Equal((line, problem), (result.Line, result.Problem));
        Assert.Equal(line > 0 ? $"a.scenario:{line}: {problem}" : $"a.scenario: {problem}", result.ToString());
    }

    [Fact]
    public void What_repeats_is_done_as_often_as_it_says_and_counting_can_begin_anew()
    {
        const string Text = """
            elect n1
            repeat x2
            propose n1
            repeat x3
            propose n1
            end
            end
            until all log 1x9 within 1s
            count from here
            expect new leaders 0 and n1>n2 sent AppendRequest 0
            c0 works x5
            until c0 done within 1s
            """;
        ScenarioResult result = ScenarioRunner.Run("a.scenario", Text);
        Assert.True(result.IsAsExpected, result.ToString());
        Assert.Equal(5, result.Run.Operations);
    }

    [Fact]
    public void The_command_prints_a_line_for_each_file_and_what_happened_if_asked()
    {
        string path = ScenarioFiles.PathOf("figure-8-d.scenario");
        (int code, string output) = Run("scenario", path);
        Assert.Equal(0, code);
        Assert.StartsWith($"{path}: as expected (trace ", output, StringComparison.Ordinal);
        (code, string traced) = Run("scenario", "--trace", path);
        Assert.Equal(0, code);
        Assert.Contains("n1 is Leader of term 4", traced, StringComparison.Ordinal);
        Assert.Contains("> crash n1", traced, StringComparison.Ordinal);
        Assert.EndsWith(output, traced, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(params string[] args)
    {
        var output = new StringWriter();
        int code = SimulatorCommand.Run(args, Stream.Null, output, TextWriter.Null);
        return (code, output.ToString());
    }
}
