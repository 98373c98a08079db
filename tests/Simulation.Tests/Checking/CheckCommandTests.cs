using System.Text;
using System.Text.Json;
using DEngine.Simulation.Checking;
using DEngine.Simulation.CommandLine;

namespace DEngine.Simulation.Tests.Checking;

public sealed class CheckCommandTests
{
    private const string Fine = """
        {"process":1,"type":"invoke","f":"write","key":"x","value":1,"time":1}
        {"process":1,"type":"ok","f":"write","key":"x","value":1,"time":2}
        """;

    private const string Stale = Fine + "\n" + """
        {"process":2,"type":"invoke","f":"read","key":"x","value":null,"time":3}
        {"process":2,"type":"ok","f":"read","key":"x","value":null,"time":4}
        """;

    [Fact]
    public void A_linearizable_history_ends_with_0()
    {
        (int code, string output, string error) = Run(Fine, "check", "--history", "-", "--model", "register");
        Assert.Equal((0, "ok: 1 operations on 1 keys linearizable\n", ""), (code, output.ReplaceLineEndings("\n"), error));
    }

    [Fact]
    public void A_violation_ends_with_1_and_is_explained()
    {
        (int code, string output, _) = Run(Stale, "check", "--history", "-", "--model", "cas");
        Assert.Equal(1, code);
        Assert.StartsWith("not linearizable: key \"x\": after write(1) by process 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_says_the_same_to_scripts()
    {
        (int code, string output, _) = Run(Stale, "check", "--history", "-", "--model", "kv", "--json");
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1, code);
        Assert.Equal("not_linearizable", json.GetProperty("verdict").GetString());
        Assert.Equal(2, json.GetProperty("violation").GetProperty("process").GetInt64());
    }

    [Fact]
    public void Undecided_is_never_an_ok()
    {
        var text = new StringWriter();
        HistoryWriter.Write(text, new SimulatedRegister(1) { OperationCount = 300, ValueCount = 5 }.Run());
        (int code, string output, _) = Run(text.ToString(), "check", "--history", "-", "--model", "register", "--configurations-max", "5");
        Assert.Equal(1, code);
        Assert.StartsWith("undecided: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check --history - --model queue")]
    [InlineData("check --history -")]
    [InlineData("check --model kv")]
    [InlineData("check --history - --model kv --configurations-max 0")]
    [InlineData("check --history - --model kv --what")]
    [InlineData("check --history /no/such/file --model kv")]
    [InlineData("check --history / --model kv")]
    [InlineData("chekc")]
    [InlineData("")]
    public void Wrong_use_ends_with_2_and_says_why(string arguments)
    {
        (int code, _, string error) = Run(Fine, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("nonsense", "standard input:1: not valid JSON at byte")]
    [InlineData(Fine + "\n{}", "standard input:3: field \"process\" is missing")]
    [InlineData("""{"process":1,"type":"invoke","f":"delete","key":"x","time":1}""", "standard input: delete by process 1")]
    public void A_file_that_cannot_be_judged_ends_with_2_and_names_the_line(string history, string message)
    {
        (int code, string output, string error) = Run(history, "check", "--history", "-", "--model", "cas");
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_ends_with_0() => Assert.Equal(0, Run("", "check", "--help").Code);

    private static (int Code, string Output, string Error) Run(string input, params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
        int code = SimulatorCommand.Run(arguments, stream, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
