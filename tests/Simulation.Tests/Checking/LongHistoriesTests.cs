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
