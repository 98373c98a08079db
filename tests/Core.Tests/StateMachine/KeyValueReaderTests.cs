using System.Buffers.Binary;

namespace DEngine.Core.Tests.StateMachine;

/// <summary>Readers on threads of their own while the writer works. Bounded by the number of runs, never by time.</summary>
public sealed class KeyValueReaderTests
{
    private const int Accounts = 300;
    private const long InitialBalance = 1_000;
    private const int Readers = 3;
    private const int Runs = 4_000;
    private const int ValueBytes = 64;

    private readonly KeyValueDriver _driver = new();
    private readonly List<Exception> _failures = [];
    private readonly Lock _failuresLock = new();
    private long _viewsRead;

    [Fact]
    public void Readers_see_whole_runs_only_sorted_and_never_go_back()
    {
        for (int i = 0; i < Accounts; i++) PutBalance(i, InitialBalance);
        _driver.Publish();
        int filler = 0;
        long lastIndex = _driver.Index + CommandsOfAllRuns();
        Thread[] readers = [.. Enumerable.Range(0, Readers).Select(_ => new Thread(() => ReadUntil(lastIndex)))];
        foreach (Thread reader in readers) reader.Start();

        var random = new DeterministicRandom(11);
        for (int run = 0; run < Runs; run++) WriteRun(ref random, run, ref filler);
        foreach (Thread reader in readers) reader.Join();

        Assert.Empty(_failures);
        Assert.Equal(lastIndex, _driver.Store.View().AppliedIndex);
        Assert.True(_viewsRead >= Readers);
        _driver.Store.Validate();
    }

    private static int CommandsOfAllRuns() => Runs * 4;

    /// <summary>A transfer in two halves, and a key that comes or goes in between so that nodes split and merge. The sum holds only across the run.</summary>
    private void WriteRun(ref DeterministicRandom random, int run, ref int filler)
    {
        int from = (int)random.Next(Accounts), to = (from + 1 + (int)random.Next(Accounts - 1)) % Accounts;
        long amount = random.Between(1, 50);
        long fromBalance = Balance(from), toBalance = Balance(to);
        PutBalance(from, fromBalance - amount);
        bool growing = run / 500 % 2 == 0;
        for (int i = 0; i < 2; i++)
        {
            if (growing) _driver.Put(FillerKey(filler++), new byte[ValueBytes]);
            else _driver.Delete(FillerKey(--filler));
        }

        PutBalance(to, toBalance + amount);
        _driver.Publish();
    }

    private void ReadUntil(long lastIndex)
    {
        var records = new List<KeyValueRecord>();
        long previousIndex = 0;
        try
        {
            while (previousIndex < lastIndex)
            {
                KeyValueView view = _driver.Store.View();
                Assert.True(view.AppliedIndex >= previousIndex, "a reader never goes back");
                previousIndex = view.AppliedIndex;
                CheckView(view, records);
                Interlocked.Increment(ref _viewsRead);
            }
        }
        catch (Exception exception)
        {
            lock (_failuresLock) _failures.Add(exception);
        }
    }

    private static void CheckView(KeyValueView view, List<KeyValueRecord> records)
    {
        records.Clear();
        Assert.False(view.Scan(default, default, int.MaxValue, records), "nothing is left out");
        Assert.Equal(view.Count, records.Count);
        long sum = 0;
        for (int i = 0; i < records.Count; i++)
        {
            KeyValueRecord record = records[i];
            Assert.True(record.ModifyRevision <= view.AppliedIndex, "nothing newer than the view");
            Assert.True(i == 0 || records[i - 1].Key.Span.SequenceCompareTo(record.Key.Span) < 0, "sorted");
            if (record.Key.Span[^1] == 1) sum += ReadBalance(record);
        }

        Assert.Equal(Accounts * InitialBalance, sum);
        KeyValueRecord any = records[records.Count / 2];
        Assert.True(view.TryGet(any.Key.Span, out KeyValueRecord? found) && ReferenceEquals(any, found), "search and scan agree");
    }

    private static long ReadBalance(KeyValueRecord record)
    {
        ReadOnlySpan<byte> value = record.Value.Span;
        long balance = BinaryPrimitives.ReadInt64LittleEndian(value);
        for (int i = 8; i < ValueBytes; i += 8) Assert.True(BinaryPrimitives.ReadInt64LittleEndian(value[i..]) == balance, "no torn value");
        return balance;
    }

    private long Balance(int account)
    {
        Assert.True(_driver.Store.View().TryGet(AccountKey(account), out KeyValueRecord? record));
        return ReadBalance(record);
    }

    private void PutBalance(int account, long balance)
    {
        Span<byte> value = stackalloc byte[ValueBytes];
        for (int i = 0; i < ValueBytes; i += 8) BinaryPrimitives.WriteInt64LittleEndian(value[i..], balance);
        _driver.Put(AccountKey(account), value);
    }

    private static byte[] AccountKey(int account) => [(byte)(account * 37), (byte)account, (byte)(account >> 8), 1];

    private static byte[] FillerKey(int filler) => [(byte)(filler * 101), (byte)filler, (byte)(filler >> 8), 0];
}
