using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

public sealed class LinearizabilityCasesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1 invoke read; 1 ok null")]
    [InlineData("1 invoke write 1; 1 ok; 2 invoke read; 2 ok 1")]
    [InlineData("1 invoke write 1; 2 invoke read; 2 ok null; 3 invoke read; 3 ok 1; 1 ok")]
    public void Orders_that_real_time_allows_are_linearizable(string history) =>
        Assert.Equal(Verdict.Linearizable, Script.Judge(history, LinearizabilityModel.Register));

    [Theory]
    [InlineData("1 invoke write 1; 1 ok; 1 invoke write 3; 1 ok; 5 invoke read; 5 ok 1")]
    [InlineData("1 invoke write 1; 1 ok; 5 invoke read; 5 ok null")]
    public void A_stale_read_is_a_violation(string history) =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge(history, LinearizabilityModel.Register));

    [Fact]
    public void Two_readers_cannot_see_two_concurrent_writes_in_opposite_orders() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("""
            1 invoke write 1; 2 invoke write 2
            3 invoke read; 3 ok 1; 3 invoke read; 3 ok 2
            4 invoke read; 4 ok 2; 4 invoke read; 4 ok 1
            1 ok; 2 ok
            """));

    [Fact]
    public void Once_a_read_has_seen_a_write_no_later_read_misses_it() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("""
            1 invoke write 1
            2 invoke read; 2 ok 1
            3 invoke read; 3 ok null
            1 ok
            """));

    [Fact]
    public void An_acknowledged_write_that_nobody_ever_sees_is_lost() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("""
            1 invoke write 1; 1 ok
            2 invoke write 2; 2 ok
            3 invoke read; 3 ok 1; 3 invoke read; 3 ok 1
            """));

    [Fact]
    public void Two_cas_from_one_value_cannot_both_succeed() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("""
            1 invoke write 0; 1 ok
            1 invoke cas 0 1; 2 invoke cas 0 2; 1 ok; 2 ok
            """, LinearizabilityModel.Cas));

    [Fact]
    public void Concurrent_cas_are_ordered_as_a_chain() =>
        Assert.Equal(Verdict.Linearizable, Script.Judge("""
            1 invoke cas 2 3; 2 invoke cas 1 2; 3 invoke cas 0 1; 4 invoke cas null 0
            1 ok; 2 ok; 3 ok; 4 ok
            5 invoke read; 5 ok 3
            """, LinearizabilityModel.Cas));

    [Fact]
    public void A_chain_of_cas_cannot_run_against_real_time() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("""
            1 invoke write 0; 1 ok
            2 invoke cas 1 2; 2 ok
            3 invoke cas 0 1; 3 ok
            """, LinearizabilityModel.Cas));

    [Fact]
    public void An_operation_of_unknown_outcome_may_take_effect_much_later() =>
        Assert.Equal(Verdict.Linearizable, Script.Judge("""
            1 invoke write 1; 1 info
            2 invoke write 2; 2 ok
            3 invoke read; 3 ok 2; 3 invoke read; 3 ok 2
            1 invoke read; 1 ok 1
            """));

    [Fact]
    public void An_operation_of_unknown_outcome_may_never_take_effect() =>
        Assert.Equal(Verdict.Linearizable, Script.Judge("1 invoke write 1; 1 info; 2 invoke read; 2 ok null; 2 invoke read; 2 ok null"));

    [Fact]
    public void An_operation_of_unknown_outcome_takes_effect_at_most_once() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("""
            1 invoke write 1; 1 info
            2 invoke read; 2 ok 1
            2 invoke write 2; 2 ok
            2 invoke read; 2 ok 1
            """));

    [Fact]
    public void An_operation_of_unknown_outcome_does_not_take_effect_before_its_invoke() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("2 invoke read; 2 ok 1; 1 invoke write 1; 1 info"));

    [Fact]
    public void A_chain_of_open_cas_can_explain_a_read() =>
        Assert.Equal(Verdict.Linearizable, Script.Judge("""
            1 invoke cas 2 3; 1 info; 2 invoke cas 1 2; 2 info; 3 invoke cas null 1; 3 info
            4 invoke read; 4 ok null; 4 invoke read; 4 ok 3
            """, LinearizabilityModel.Cas));

    [Fact]
    public void A_failed_operation_did_not_happen()
    {
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("1 invoke write 1; 1 fail; 2 invoke read; 2 ok 1"));
        Assert.Equal(Verdict.Linearizable, Script.Judge("1 invoke cas 7 1; 1 fail; 2 invoke read; 2 ok null"));
    }

    [Fact]
    public void A_delete_leaves_the_key_absent()
    {
        const string Deleted = "1 invoke write 1; 1 ok; 1 invoke delete; 1 ok;";
        Assert.Equal(Verdict.Linearizable, Script.Judge(Deleted + "2 invoke read; 2 ok null; 2 invoke cas null 2; 2 ok"));
        Assert.Equal(Verdict.NotLinearizable, Script.Judge(Deleted + "2 invoke read; 2 ok 1"));
    }

    [Theory]
    [InlineData("ab", Verdict.Linearizable)]
    [InlineData("ba", Verdict.Linearizable)]
    [InlineData("a", Verdict.NotLinearizable)]
    [InlineData("aba", Verdict.NotLinearizable)]
    public void Concurrent_appends_stand_in_the_string_in_some_order_once_each(string read, Verdict verdict) =>
        Assert.Equal(verdict, Script.Judge($"1 invoke append a; 2 invoke append b; 1 ok; 2 ok; 3 invoke read; 3 ok {read}"));

    [Fact]
    public void A_retried_append_that_was_applied_twice_is_found_out() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("1 invoke append a; 1 info; 2 invoke append b; 2 ok; 3 invoke read; 3 ok aba"));

    [Fact]
    public void An_open_append_may_stand_in_the_string_or_not()
    {
        const string FirstWithout = "1 invoke append a; 1 info; 2 invoke append b; 2 ok; 3 invoke read; 3 ok b; 3 invoke read;";
        Assert.Equal(Verdict.Linearizable, Script.Judge(FirstWithout + "3 ok ba"));
        Assert.Equal(Verdict.NotLinearizable, Script.Judge(FirstWithout + "3 ok ab"));
    }

    [Fact]
    public void However_a_string_came_about_it_is_the_same_value() =>
        Assert.Equal(Verdict.Linearizable, Script.Judge("""
            1 invoke append ab; 1 ok; 1 invoke append c; 1 ok; 2 invoke read; 2 ok abc
            1 invoke delete; 1 ok; 1 invoke write a; 1 ok; 1 invoke append bc; 1 ok; 2 invoke cas abc z; 2 ok; 2 invoke read; 2 ok z
            """));

    [Fact]
    public void A_value_that_nobody_wrote_is_a_violation() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("1 invoke write 1; 1 ok; 2 invoke read; 2 ok 9"));

    [Fact]
    public void The_number_1_is_not_the_string_1() =>
        Assert.Equal(Verdict.NotLinearizable, Script.Judge("1 invoke write 1; 1 ok; 2 invoke read; 2 ok \"1\""));

    [Fact]
    public void Keys_are_judged_apart_and_every_violating_one_is_named()
    {
        var recorder = new HistoryRecorder();
        var now = TimeSpan.Zero;
        foreach (string key in new[] { "good", "bad", "worse" })
        {
            recorder.InvokeWrite(1, key, HistoryValue.From("v"), now);
            recorder.Ok(1, now);
            recorder.InvokeRead(1, key, now);
            recorder.Ok(1, now, key == "good" ? HistoryValue.From("v") : HistoryValue.Null);
        }

        LinearizabilityResult result = LinearizabilityChecker.Check(recorder.ToHistory(), LinearizabilityModel.Register);
        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
        Assert.Equal((6, 3), (result.OperationCount, result.KeyCount));
        Assert.Equal(["bad", "worse"], result.ViolatingKeys);
        Assert.Equal("bad", result.Violation!.Key);
    }

    [Fact]
    public void Events_of_one_instant_keep_their_recorded_order()
    {
        var recorder = new HistoryRecorder();
        recorder.InvokeWrite(1, "x", HistoryValue.From(1), TimeSpan.Zero);
        recorder.Ok(1, TimeSpan.Zero);
        recorder.InvokeRead(2, "x", TimeSpan.Zero);
        recorder.Ok(2, TimeSpan.Zero, HistoryValue.Null);
        Assert.Equal(Verdict.NotLinearizable, LinearizabilityChecker.Check(recorder.ToHistory(), LinearizabilityModel.Register).Verdict);
    }

    [Fact]
    public void An_operation_foreign_to_the_model_is_refused() =>
        Assert.Throws<ArgumentException>(() => Script.Judge("1 invoke delete; 1 ok", LinearizabilityModel.Cas));

    [Fact]
    public void A_search_that_reaches_its_bound_says_undecided()
    {
        // Every subset of twelve concurrent appends has another length, all of them begin the string that is read, and none is as long.
        string history = "99 invoke delete\n"
            + string.Concat(Enumerable.Range(1, 12).Select(p => $"{p} invoke append {new string('a', 1 << p)}\n"))
            + string.Concat(Enumerable.Range(1, 12).Select(p => $"{p} ok\n"))
            + $"99 ok; 99 invoke read; 99 ok {new string('a', 8191)}";
        History parsed = Script.Parse(history);
        var tight = new LinearizabilityOptions { ConfigurationsMax = 100 };
        LinearizabilityResult result = LinearizabilityChecker.Check(parsed, LinearizabilityModel.KeyValue, tight);
        Assert.Equal(Verdict.Undecided, result.Verdict);
        Assert.Equal([Script.Key], result.UndecidedKeys);
        Assert.StartsWith("undecided: ", result.ToString(), StringComparison.Ordinal);
    }
}
