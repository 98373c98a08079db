using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

public sealed class HistoryFormatTests
{
    private const string Invoke = """{"process":3,"type":"invoke","f":"write","key":"x","value":1,"time":10}""";

    private const string Read3 = """{"process":3,"type":"invoke","f":"read","key":"x","time":1}""";

    [Fact]
    public void A_written_history_reads_back_the_same()
    {
        const string Text = """
            {"process":3,"type":"invoke","f":"write","key":"x","value":"ü\"\n","time":10}
            {"process":4,"type":"invoke","f":"cas","key":"y","value":[null,-1.5],"time":11}
            {"process":3,"type":"ok","f":"write","key":"x","value":"ü\"\n","time":12}
            {"process":3,"type":"invoke","f":"read","key":"x","value":null,"time":13}
            {"process":4,"type":"info","f":"cas","key":"y","value":[null,-1.5],"time":14}
            {"process":3,"type":"ok","f":"read","key":"x","value":true,"time":15}
            {"process":3,"type":"invoke","f":"append","key":"x","value":"a","time":16}
            {"process":4,"type":"invoke","f":"delete","key":"x","value":null,"time":17}
            {"process":4,"type":"fail","f":"delete","key":"x","value":null,"time":18}

            """;
        Assert.Equal(Text.ReplaceLineEndings("\n"), Write(Read(Text)));
    }

    [Fact]
    public void Outcomes_and_times_reach_the_operations()
    {
        History history = Read("""
            {"process":1,"type":"invoke","f":"write","key":"x","value":1,"time":1}
            {"process":1,"type":"info","f":"write","key":"x","time":2,"error":"timeout","index":1}

            {"process":1,"type":"invoke","f":"read","key":"x","time":3}
            {"process":1,"type":"ok","f":"read","key":"x","value":1,"time":4}
            {"process":2,"type":"invoke","f":"write","key":"x","value":2,"time":5}
            """);
        Assert.Equal(
            [(OperationOutcome.Info, 1, null), (OperationOutcome.Ok, 3, 4L), (OperationOutcome.Info, 5, null)],
            history.Operations.Select(o => (o.Outcome, o.InvokedAtNanoseconds, o.CompletedAtNanoseconds)));
        Assert.Equal(HistoryValue.From(1), history.Operations[1].Value);
    }

    [Fact]
    public void A_file_merged_from_several_recorders_is_ordered_by_time()
    {
        History history = Read("""
            {"process":1,"type":"invoke","f":"write","key":"x","value":1,"time":1}
            {"process":1,"type":"ok","f":"write","key":"x","value":1,"time":9}
            {"process":2,"type":"invoke","f":"read","key":"x","time":3}
            {"process":2,"type":"ok","f":"read","key":"x","value":null,"time":4}
            """);
        Assert.Equal([1L, 3, 4, 9], history.Events.Select(e => e.TimeNanoseconds));
        Assert.Equal(Verdict.Linearizable, LinearizabilityChecker.Check(history, LinearizabilityModel.Register).Verdict);
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("10", "1e1")]
    [InlineData("0.5", "5E-1")]
    [InlineData("0", "-0.0e7")]
    [InlineData("-120", "-1.2e+2")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890.0")]
    [InlineData("0.00001", "1e-5")]
    public void Numbers_are_compared_by_value(string one, string other) => Assert.Equal(Number(one), Number(other));

    [Theory]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("0.1", "0.10000000000000000000000000001")]
    [InlineData("1", "-1")]
    [InlineData("1e400", "1e401")]
    public void Numbers_that_a_double_would_confuse_stay_apart(string one, string other) => Assert.NotEqual(Number(one), Number(other));

    [Theory]
    [InlineData("", "not valid JSON", "{")]
    [InlineData("", "not a JSON object", "[1]")]
    [InlineData("", "not valid JSON", "{} {}")]
    [InlineData("", "\"process\" is missing", "{}")]
    [InlineData("", "\"process\" must be an integer", """{"process":"3"}""")]
    [InlineData("", "\"process\" is there twice", """{"process":3,"process":3}""")]
    [InlineData("", "unknown field \"valeu\"", """{"valeu":3}""")]
    [InlineData("", "\"type\" is \"done\"; allowed are invoke", """{"process":3,"type":"done","f":"read","key":"x","time":1}""")]
    [InlineData("", "\"f\" is \"swap\"; allowed are read", """{"process":3,"type":"invoke","f":"swap","key":"x","time":1}""")]
    [InlineData("", "\"key\" is missing", """{"process":3,"type":"invoke","f":"read","time":1}""")]
    [InlineData("", "\"time\" is missing", """{"process":3,"type":"invoke","f":"read","key":"x"}""")]
    [InlineData("", "\"time\" must be an integer", """{"process":3,"type":"invoke","f":"read","key":"x","time":1.5}""")]
    [InlineData("", "\"value\" is missing", """{"process":3,"type":"invoke","f":"write","key":"x","time":1}""")]
    [InlineData("", "must be a string, a number", """{"process":3,"type":"invoke","f":"write","key":"x","value":{},"time":1}""")]
    [InlineData("", "not an array", """{"process":3,"type":"invoke","f":"write","key":"x","value":[1,2],"time":1}""")]
    [InlineData("", "[old,new]", """{"process":3,"type":"invoke","f":"cas","key":"x","value":1,"time":1}""")]
    [InlineData("", "[old,new]", """{"process":3,"type":"invoke","f":"cas","key":"x","value":[1,2,3],"time":1}""")]
    [InlineData("", "an append needs a value", """{"process":3,"type":"invoke","f":"append","key":"x","value":null,"time":1}""")]
    [InlineData("", "known only at its completion", """{"process":3,"type":"invoke","f":"read","key":"x","value":1,"time":1}""")]
    [InlineData("", "exponent", """{"process":3,"type":"invoke","f":"write","key":"x","value":1e9999999999,"time":1}""")]
    [InlineData("", "no open operation", """{"process":3,"type":"ok","f":"write","key":"x","time":1}""")]
    [InlineData("", "no open operation", """{"process":3,"type":"fail","f":"write","key":"x","time":1}""")]
    [InlineData(Invoke, "still open", """{"process":3,"type":"invoke","f":"read","key":"y","time":11}""")]
    [InlineData(Invoke, "whose open operation is write", """{"process":3,"type":"ok","f":"read","key":"x","value":1,"time":11}""")]
    [InlineData(Invoke, "invoked for key", """{"process":3,"type":"ok","f":"write","key":"y","time":11}""")]
    [InlineData(Invoke, "another value", """{"process":3,"type":"ok","f":"write","key":"x","value":2,"time":11}""")]
    [InlineData(Invoke, "goes back", """{"process":3,"type":"ok","f":"write","key":"x","time":9}""")]
    [InlineData(Read3, "must say what was read", """{"process":3,"type":"ok","f":"read","key":"x","time":2}""")]
    public void A_bad_line_is_named_with_its_number_and_the_reason(string before, string reason, string line)
    {
        var error = Assert.Throws<HistoryFormatException>(() => Read(before + "\n" + line));
        Assert.Equal(2, error.LineNumber);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void After_info_the_operation_cannot_be_completed_any_more() =>
        Assert.Throws<HistoryFormatException>(() => Read("""
            {"process":1,"type":"invoke","f":"write","key":"x","value":1,"time":1}
            {"process":1,"type":"info","f":"write","key":"x","value":1,"time":2}
            {"process":1,"type":"ok","f":"write","key":"x","value":1,"time":3}
            """));

    [Fact]
    public void The_recorder_refuses_misuse()
    {
        var recorder = new HistoryRecorder();
        Assert.Throws<InvalidOperationException>(() => recorder.Ok(1, TimeSpan.Zero));
        recorder.InvokeRead(1, "x", TimeSpan.Zero);
        Assert.True(recorder.IsOpen(1));
        Assert.Throws<InvalidOperationException>(() => recorder.InvokeRead(1, "x", TimeSpan.Zero));
        Assert.Throws<InvalidOperationException>(() => recorder.Ok(1, TimeSpan.FromTicks(-1)));
        recorder.Info(1, TimeSpan.Zero);
        Assert.False(recorder.IsOpen(1));
    }

    private static HistoryValue Number(string json) =>
        Read($$"""{"process":3,"type":"invoke","f":"write","key":"x","value":{{json}},"time":1}""").Operations[0].Value;

    private static History Read(string text) => HistoryReader.Read(new StringReader(text));

    private static string Write(History history)
    {
        var output = new StringWriter();
        HistoryWriter.Write(output, history);
        return output.ToString();
    }
}
