using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

public sealed class LongHistoriesTests
{
    [Theory]
    [InlineData(1, 0, 10)]
    [InlineData(2, 0, 10)]
    [InlineData(3, 0, 100)]
    [InlineData(4, 5, 10)]
    [InlineData(5, 50, 10)]
    public void Ten_thousand_operations_on_one_register_are_judged(int seed, int valueCount, int processes)
    {
        var simulated = new SimulatedRegister(seed) { ValueCount = valueCount, ProcessCount = processes };
        History history = simulated.Run();
        Assert.Equal(10_000, history.Operations.Count);
        Assert.True(history.Operations.Count(o => o.Outcome == OperationOutcome.Info) > 100);
        Assert.Equal(Verdict.Linearizable, Judge(history, LinearizabilityModel.Register).Verdict);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 10)]
    [InlineData(3, 100)]
    public void One_stale_read_among_ten_thousand_operations_is_found_and_named(int seed, int processes)
    {
        History history = SimulatedRegister.WithStaleRead(new SimulatedRegister(seed) { ProcessCount = processes }.Run());
        LinearizabilityResult result = Judge(history, LinearizabilityModel.Register);
        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
        HistoryValue stale = history.Events.First(e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Write }).Value;
        Assert.Equal((HistoryFunction.Read, stale), (result.Violation!.Unplaceable.Function, result.Violation.Unplaceable.Value));
        Assert.True(result.Violation.IsEarliest);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Few_values_without_unknown_outcomes_leave_a_lost_write_no_excuse(int seed)
    {
        // A read of a value that is in use, but nowhere near this read.
        var simulated = new SimulatedRegister(seed) { ValueCount = 50, InfoPerThousand = 0 };
        HistoryEvent[] events = [.. simulated.Run().Events];
        int read = Array.FindIndex(events, events.Length * 9 / 10, e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Read });
        var near = events.AsSpan(read - 100, 200).ToArray().Select(e => e.Value).ToHashSet();
        HistoryValue far = Enumerable.Range(0, 50).Select(v => HistoryValue.From(v)).First(v => !near.Contains(v));
        events[read] = events[read] with { Value = far };
        LinearizabilityResult result = Judge(History.From(events), LinearizabilityModel.Register);
        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
        Assert.Equal(events[read].TimeNanoseconds, result.Violation!.Unplaceable.CompletedAtNanoseconds);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 5)]
    public void Ten_thousand_operations_with_cas_are_judged(int seed, int valueCount)
    {
        History history = new SimulatedRegister(seed) { WithCas = true, ValueCount = valueCount }.Run();
        Assert.Equal(Verdict.Linearizable, Judge(history, LinearizabilityModel.Cas).Verdict);
        if (valueCount == 0)
            Assert.Equal(Verdict.NotLinearizable, Judge(SimulatedRegister.WithStaleRead(history), LinearizabilityModel.Cas).Verdict);
    }

    [Fact]
    public void A_string_grown_by_thousands_of_appends_is_judged()
    {
        History history = new SimulatedRegister(1) { WithAppends = true, OperationCount = 2_000 }.Run();
        Assert.Equal(Verdict.Linearizable, Judge(history, LinearizabilityModel.KeyValue).Verdict);

        HistoryEvent[] events = [.. history.Events];
        int read = Array.FindIndex(events, events.Length / 2, e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Read });
        string text = events[read].Value.Text;
        string first = text[..(text.IndexOf(',', StringComparison.Ordinal) + 1)];
        events[read] = events[read] with { Value = HistoryValue.From(text + first) };
        LinearizabilityResult result = Judge(History.From(events), LinearizabilityModel.KeyValue);
        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
        Assert.Equal(events[read].TimeNanoseconds, result.Violation!.Unplaceable.CompletedAtNanoseconds);
    }

    [Theory]
    [InlineData(1, 30, 50)]
    [InlineData(2, 300, 100)]
    [InlineData(3, 300, 300)]
    public void A_string_that_is_begun_anew_now_and_then_is_judged_although_many_outcomes_are_unknown(int seed, int infoPerThousand, int resetsPerThousand)
    {
        var simulated = new SimulatedRegister(seed)
        {
            WithAppends = true,
            OperationCount = 2_000,
            InfoPerThousand = infoPerThousand,
            ResetsPerThousand = resetsPerThousand,
        };
        History history = simulated.Run();
        Assert.Equal(Verdict.Linearizable, Judge(history, LinearizabilityModel.KeyValue).Verdict);

        // Two texts of one string change places.
        HistoryEvent[] events = [.. history.Events];
        int read = Array.FindIndex(
            events, events.Length / 2, e => e is { Type: HistoryEventType.Ok, Function: HistoryFunction.Read } && e.Value.Text.Count(c => c == ',') > 1);
        string[] texts = events[read].Value.Text.Split(',');
        (texts[0], texts[1]) = (texts[1], texts[0]);
        events[read] = events[read] with { Value = HistoryValue.From(string.Join(',', texts)) };
        Assert.Equal(Verdict.NotLinearizable, Judge(History.From(events), LinearizabilityModel.KeyValue).Verdict);
    }

    [Fact]
    public void Thousands_of_unknown_outcomes_on_one_key_are_judged()
    {
        foreach (int values in new[] { 0, 2, 50 })
        {
            History history = new SimulatedRegister(4) { OperationCount = 5_000, InfoPerThousand = 600, ValueCount = values }.Run();
            Assert.True(history.Operations.Count(o => o.Outcome == OperationOutcome.Info) > 1_200);
            Assert.Equal(Verdict.Linearizable, Judge(history, LinearizabilityModel.Register).Verdict);
        }
    }

    [Fact]
    public void What_is_too_hard_is_undecided_within_the_bound()
    {
        var simulated = new SimulatedRegister(1)
        {
            OperationCount = 3_000,
            WithAppends = true,
            InfoPerThousand = 300,
            ResetsPerThousand = 100,
            ValueCount = 3,
        };
        var options = new LinearizabilityOptions { ConfigurationsMax = 20_000 };
        LinearizabilityResult result = LinearizabilityChecker.Check(simulated.Run(), LinearizabilityModel.KeyValue, options);
        Assert.Equal(Verdict.Undecided, result.Verdict);
        Assert.InRange(result.Configurations, 1, options.ConfigurationsMax);
    }

    [Fact]
    public void A_history_survives_the_way_through_a_file()
    {
        History history = new SimulatedRegister(9) { OperationCount = 1_000, WithCas = true }.Run();
        var text = new StringWriter();
        HistoryWriter.Write(text, history);
        History read = HistoryReader.Read(new StringReader(text.ToString()));
        Assert.Equal(history.Events, read.Events);
    }

    private static LinearizabilityResult Judge(History history, LinearizabilityModel model) => LinearizabilityChecker.Check(history, model);
}
