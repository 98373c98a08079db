using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Raft;

/// <summary>Quorum arithmetic, log and in-flight window against models that are too simple to be wrong.</summary>
public sealed class ModelTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Any_two_majorities_share_a_voter_and_half_is_none()
    {
        for (uint voters = 1; voters <= 9; voters++)
        {
            Configuration configuration = Of(voters);
            Assert.True(2 * configuration.Majority > voters);
            Assert.True(2 * (configuration.Majority - 1) <= voters);
        }
    }

    [Fact]
    public void What_a_majority_has_reached_is_the_largest_value_that_a_majority_is_at_or_above()
    {
        Gen<long> value = Gen.Choose(0, 20).Select(number => (long)number);
        Gen<long[]> values = Gen.Choose(1, 9).SelectMany(count => value.ArrayOf(count));
        Prop.ForAll(values.ToArbitrary(), reached =>
        {
            Configuration configuration = Of((uint)reached.Length);
            long model = reached.Where(candidate => reached.Count(other => other >= candidate) >= configuration.Majority).Max();
            return Configuration.ReachedByMajority(reached.ToArray()) == model;
        }).Check(Many);
    }

    [Fact]
    public void A_configuration_has_voters_each_once_in_any_order()
    {
        var configuration = new Configuration(new NodeId(3), new NodeId(1), new NodeId(2));
        Assert.Equal([new NodeId(1), new NodeId(2), new NodeId(3)], configuration.Voters.ToArray());
        Assert.False(configuration.IsVoter(new NodeId(4)));
        Assert.Throws<InvariantViolationException>(() => new Configuration());
        Assert.Throws<InvariantViolationException>(() => new Configuration(NodeId.None));
        Assert.Throws<InvariantViolationException>(() => new Configuration(new NodeId(1), new NodeId(1)));
    }

    /// <summary>Steps: above 0 append so many entries, below 0 cut so many; the ring starts with room for two.</summary>
    [Fact]
    public void A_log_is_a_list_of_entries()
    {
        Prop.ForAll(Gen.Choose(-6, 9).ArrayOf().ToArbitrary(), steps =>
        {
            var log = new RaftLog(2);
            var model = new List<Entry>();
            long term = 1;
            foreach (int step in steps)
            {
                if (step % 3 == 0) term++;
                for (int i = 0; i < step; i++)
                {
                    var entry = new Entry(new LogPosition(term, model.Count + 1), EntryKind.Command, new byte[i]);
                    log.Append(entry);
                    model.Add(entry);
                }

                int cut = Math.Min(-step, model.Count);
                if (cut <= 0) continue;
                log.TruncateFrom(model.Count - cut + 1);
                model.RemoveRange(model.Count - cut, cut);
            }

            AssertSame(log, model);
            return true;
        }).Check(Many);
    }

    /// <summary>Worked example of the documentation, and every limit and term against a linear search.</summary>
    [Fact]
    public void Where_logs_may_still_agree_is_the_last_entry_within_limit_and_term()
    {
        long[] terms = [1, 1, 4, 4, 6];
        var log = new RaftLog();
        foreach (Entry entry in Cluster.Entries(1, terms)) log.Append(entry);
        Assert.Equal(new LogPosition(4, 4), log.LastAtOrBelow(5, 5));
        for (long limit = 0; limit < 9; limit++)
        {
            for (long term = 0; term < 9; term++)
            {
                long index = Math.Min(limit, terms.Length);
                while (index > 0 && terms[index - 1] > term) index--;
                Assert.Equal(index == 0 ? default : new LogPosition(terms[index - 1], index), log.LastAtOrBelow(limit, term));
            }
        }
    }

    /// <summary>BUGS L13; invariant L1.</summary>
    [Fact]
    public void A_log_has_no_gaps_no_falling_terms_and_no_term_where_it_has_no_entry()
    {
        var log = new RaftLog();
        log.Append(Cluster.Entry(2, 1));
        Assert.Throws<InvariantViolationException>(() => log.Append(Cluster.Entry(2, 3)));
        Assert.Throws<InvariantViolationException>(() => log.Append(Cluster.Entry(1, 2)));
        Assert.Throws<InvariantViolationException>(() => log.TruncateFrom(2));
        Assert.Throws<InvariantViolationException>(() => log[2].Term);
        Assert.False(log.TryTermAt(2, out _));
        Assert.False(log.Contains(new LogPosition(0, 2)));
        Assert.True(log.Contains(LogPosition.Origin));
    }

    /// <summary>Steps: above 0 send a message of so many bytes if there is room, otherwise answer the message that many back from the newest.</summary>
    [Fact]
    public void An_inflight_window_is_a_queue_with_two_limits()
    {
        Prop.ForAll(Gen.Choose(-4, 40).ArrayOf().ToArbitrary(), steps =>
        {
            const int MessagesMax = 5, BytesMax = 100;
            var window = new InflightWindow(MessagesMax, BytesMax);
            var model = new Queue<(long Last, long Bytes)>();
            long last = 0;
            foreach (int step in steps)
            {
                if (step <= 0)
                {
                    window.FreeUpTo(last + step);
                    while (model.Count > 0 && model.Peek().Last <= last + step) model.Dequeue();
                }
                else if (!window.IsFull)
                {
                    window.Add(++last, step);
                    model.Enqueue((last, step));
                }

                long bytes = model.Sum(message => message.Bytes);
                if (window.Count != model.Count || window.Bytes != bytes) return false;
                if (window.IsFull != (model.Count == MessagesMax || bytes >= BytesMax)) return false;
            }

            window.Clear();
            return window is { Count: 0, Bytes: 0, IsFull: false };
        }).Check(Many);
    }

    [Fact]
    public void Nothing_is_sent_into_a_full_window()
    {
        var window = new InflightWindow(1, 100);
        window.Add(1, 1);
        Assert.Throws<InvariantViolationException>(() => window.Add(2, 1));
    }

    private static Configuration Of(uint voters)
    {
        var ids = new NodeId[voters];
        for (uint i = 0; i < voters; i++) ids[i] = new NodeId(i + 1);
        return new Configuration(ids);
    }

    private static void AssertSame(RaftLog log, List<Entry> model)
    {
        Assert.Equal(model.Count, log.LastIndex);
        Assert.Equal(model.Sum(entry => (long)entry.Size), log.Bytes);
        Assert.Equal(model.Count == 0 ? default : model[^1].Position, log.Last);
        foreach (Entry entry in model) Assert.True(entry.Equals(log[entry.Index]) && log.Contains(entry.Position));
        if (model.Count == 0) return;
        log.Range(1, model.Count, out ReadOnlySpan<Entry> first, out ReadOnlySpan<Entry> second);
        Assert.Equal(model, [.. first, .. second]);
        int from = (model.Count / 2) + 1;
        int fitting = log.CountFitting(from, 4, 60, out long bytes);
        Assert.InRange(fitting, 1, 4);
        Assert.Equal(model.Skip(from - 1).Take(fitting).Sum(entry => (long)entry.Size), bytes);
        Assert.True(fitting == 1 || bytes <= 60);
    }
}
