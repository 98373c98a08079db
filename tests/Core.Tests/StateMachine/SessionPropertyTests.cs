using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.StateMachine;

public sealed class SessionPropertyTests
{
    private const int SessionsMax = 3;
    private const int Window = 5;

    /// <summary>Anything at all that may be in a log: every answer is the naive model's, and no (session, sequence) is applied twice.</summary>
    [Fact]
    public void Any_log_is_answered_as_the_rules_say_and_applies_each_sequence_at_most_once()
    {
        var seen = new Dictionary<ApplyStatus, int>();
        Prop.ForAll(Log(), log =>
        {
            var machine = new RecordingStateMachine();
            var driver = new ApplierDriver(machine, SessionsMax, Window);
            var model = new SessionModel(SessionsMax, Window);
            var appliedOnce = new HashSet<(ulong, ulong)>();
            var registered = new List<ulong>();
            foreach (Attempt attempt in log)
            {
                if (attempt.Registers)
                {
                    registered.Add(driver.Register());
                    model.Register(registered[^1]);
                    continue;
                }

                // One number more than there are sessions: sometimes nobody's.
                ulong session = attempt.Session < registered.Count ? registered[^(attempt.Session + 1)] : 9_999;
                int before = machine.Applied.Count;
                ApplyStatus status = driver.Send(session, attempt.Sequence, [attempt.Command], attempt.AcknowledgedBelow);
                (ApplyStatus expected, byte[] reply) = model.Send(session, attempt, driver.Reply);
                seen[status] = seen.GetValueOrDefault(status) + 1;
                bool applied = machine.Applied.Count > before;
                if (status != expected || !reply.SequenceEqual(driver.Reply) || applied != (status == ApplyStatus.Applied)) return false;
                if (applied && !appliedOnce.Add((session, attempt.Sequence))) return false;
            }

            driver.Applier.Validate();
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_500).WithStartSize(10).WithEndSize(80));

        // Every answer is provoked often, or the agreement would say little.
        foreach (ApplyStatus status in Enum.GetValues<ApplyStatus>())
        {
            int times = seen.GetValueOrDefault(status);
            Assert.True(times > 200, $"{status} is hardly seen: {times}");
        }
    }

    /// <summary>Honest clients, bad network: every request proposed one to four times, all copies shuffled, acknowledgements as late as they like.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void However_retries_are_duplicated_and_reordered_each_request_is_applied_once_and_always_answered_the_same(ulong seed)
    {
        const int Clients = 6, Requests = 40;
        var random = new DeterministicRandom(seed);
        var machine = new RecordingStateMachine();
        var driver = new ApplierDriver(machine, Clients, Requests);
        ulong[] sessions = [.. Enumerable.Range(0, Clients).Select(_ => driver.Register())];
        var copies = new List<(int Client, ulong Sequence)>();
        for (int client = 0; client < Clients; client++)
        {
            for (ulong sequence = 1; sequence <= Requests; sequence++)
            {
                for (long copy = random.Between(1, 4); copy > 0; copy--) copies.Add((client, sequence));
            }
        }

        Shuffle(ref random, copies);
        var answers = new Dictionary<(int, ulong), byte[]>();
        foreach ((int client, ulong sequence) in copies)
        {
            ulong acknowledged = 1;
            while (acknowledged < sequence && answers.ContainsKey((client, acknowledged))) acknowledged++;
            if (random.Chance(0.5)) acknowledged = 0;
            ApplyStatus status = driver.Send(sessions[client], sequence, [(byte)client, (byte)sequence], acknowledged);
            if (status == ApplyStatus.Applied) Assert.True(answers.TryAdd((client, sequence), driver.Reply), "applied once");
            else if (status == ApplyStatus.Duplicate) Assert.Equal(answers[(client, sequence)], driver.Reply);
            else Assert.True(status == ApplyStatus.SequenceForgotten && answers.ContainsKey((client, sequence)), $"{status}");
        }

        Assert.Equal(Clients * Requests, machine.Applied.Count);
        Assert.Equal(Clients * Requests, machine.Applied.Select(applied => (applied.Command[0], applied.Command[1])).Distinct().Count());
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Two_replicas_with_one_log_evict_and_remember_the_same(ulong seed)
    {
        var random = new DeterministicRandom(seed);
        ApplierDriver left = new(new KeyValueStore(), 20, 8), right = new(new KeyValueStore(), 20, 8);
        var sessions = new List<ulong>();
        byte[] put = new byte[KeyValueCommand.Put([1], [1]).Size];
        for (int i = 0; i < 5_000; i++)
        {
            if (sessions.Count == 0 || random.Chance(0.05))
            {
                sessions.Add(left.Register());
                Assert.Equal(sessions[^1], right.Register());
            }
            else
            {
                KeyValueCommand.Put([(byte)random.Next(200)], [(byte)i]).Write(put);
                ulong session = sessions[(int)random.Next(sessions.Count)], sequence = (ulong)random.Between(1, 12);
                ulong acknowledged = (ulong)random.Next(3);
                Assert.Equal(left.Send(session, sequence, put, acknowledged), right.Send(session, sequence, put, acknowledged));
                Assert.Equal(left.Reply, right.Reply);
            }

            // Runs of different length: where a replica publishes must not show.
            if (i % 3 == 0) left.Applier.Publish();
            if (i % 50 == 0) Assert.Equal(left.Applier.ComputeDigest(), right.Applier.ComputeDigest());
        }

        Assert.Equal(20, left.Applier.SessionCount);
        left.Applier.Validate();
    }

    private static void Shuffle<T>(ref DeterministicRandom random, List<T> items)
    {
        for (int i = items.Count - 1; i > 0; i--)
        {
            int other = (int)random.Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private static Arbitrary<Attempt[]> Log()
    {
        Gen<Attempt> registration = Gen.Constant(new Attempt(true, 0, 0, 0, 0));
        Gen<Attempt> command =
            from session in Gen.Frequency((3, Gen.Constant(0)), (4, Gen.Choose(0, SessionsMax)))
            from sequence in Gen.Choose(0, 12)
            from acknowledged in Gen.Frequency((5, Gen.Constant(0)), (2, Gen.Choose(0, 6)))
            from payload in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Constant(2)))
            select new Attempt(false, session, (ulong)sequence, (ulong)acknowledged, (byte)payload);
        return Gen.Frequency((1, registration), (9, command)).ArrayOf().ToArbitrary();
    }
}
