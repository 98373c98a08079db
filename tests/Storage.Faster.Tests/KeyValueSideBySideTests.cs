using System.Buffers;
using DEngine.Core;
using DEngine.Storage.Tests;
using Xunit.Abstractions;

namespace DEngine.Storage.Faster.Tests;

/// <summary>The store on FASTER beside the store in memory: the same replies, digests, reads and snapshots for the same commands.</summary>
public sealed class KeyValueSideBySideTests(ITestOutputHelper output)
{
    [Fact]
    public void The_same_commands_give_the_same_replies_digests_reads_and_snapshots_and_either_restores_the_other()
    {
        for (ulong seed = 1; seed <= 12; seed++) Compare(seed);
    }

    [Fact]
    public void Files_are_written_anew_when_most_of_what_they_hold_is_not_needed_any_more()
    {
        using var directory = new TemporaryDirectory();
        using var store = new FasterKeyValueStore(directory.Path, StoreFixture.Tiny);
        var memory = new KeyValueStore();
        var random = new DeterministicRandom(9);
        long largest = 0;
        for (long index = 1; index <= 20_000; index++)
        {
            Apply(RandomCommands.Next(ref random), index, store, memory);
            if (index % 10 != 0) continue;
            store.Publish(index);
            memory.Publish(index);
            largest = Math.Max(largest, store.ValueBytes);
        }

        output.WriteLine($"20,000 commands: at most {largest} bytes of values, {store.ValueBytes} at the end");
        Assert.Equal(memory.ComputeDigest(), store.ComputeDigest());
        Assert.Equal(memory.StateDigest, store.StateDigest);
        Assert.True(largest < 4_000_000, $"{largest}");
    }

    [Fact]
    public void Values_larger_than_a_page_are_kept_and_replaced()
    {
        using var directory = new TemporaryDirectory();
        using var store = new FasterKeyValueStore(directory.Path, StoreFixture.Tiny);
        var memory = new KeyValueStore();
        for (long index = 1; index <= 40; index++)
        {
            byte[] value = new byte[30_000 + index];
            value[^1] = (byte)index;
            Apply(Bytes(KeyValueCommand.Put([(byte)(index % 3)], value)), index, store, memory);
            store.Publish(index);
            memory.Publish(index);
            Assert.True(store.TryGet([(byte)(index % 3)], out KeyValueRecord? record) && record.Value.Span.SequenceEqual(value));
        }

        Assert.Equal(memory.ComputeDigest(), store.ComputeDigest());
        Assert.Equal(memory.StateDigest, store.StateDigest);
    }

    [Fact]
    public void A_damaged_file_of_values_is_told_and_never_served()
    {
        using var directory = new TemporaryDirectory();
        using var store = new FasterKeyValueStore(directory.Path, StoreFixture.Tiny);
        for (long index = 1; index <= 100; index++)
            store.Apply(index, Bytes(KeyValueCommand.Put([(byte)index], Enumerable.Repeat((byte)7, 900).ToArray())), new ArrayBufferWriter<byte>());
        store.Publish(100);
        foreach (string path in Directory.GetFiles(directory.Path, "values-*"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            // In the middle of what values consist of.
            for (long at = 500; at < file.Length; at += 1000)
            {
                file.Position = at;
                file.WriteByte(0x55);
            }
        }

        Assert.Throws<StorageDamagedException>(() =>
        {
            for (int key = 1; key <= 100; key++)
            {
                Assert.True(store.TryGet([(byte)key], out KeyValueRecord? record));
                Assert.DoesNotContain(record.Value.ToArray(), value => value != 7);
            }
        });
    }

    [Fact]
    public async Task Readers_on_many_threads_see_whole_states_while_the_loop_writes()
    {
        using var directory = new TemporaryDirectory();
        using var store = new FasterKeyValueStore(directory.Path, StoreFixture.Tiny);
        using var stop = new CancellationTokenSource();
        using var reading = new CountdownEvent(4);
        long index = 0;
        // Threads of their own: those of a busy pool may come when all has been written.
        Task[] readers = [.. Enumerable.Range(0, reading.InitialCount).Select(_ => Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning))];
        for (int round = 0; round < 250; round++)
        {
            byte[] value = new byte[700];
            BitConverter.TryWriteBytes(value, round);
            for (int key = 0; key < 8; key++) store.Apply(++index, Bytes(KeyValueCommand.Put([(byte)key], value)), new ArrayBufferWriter<byte>());
            store.Publish(index);
            if (round == 0) reading.Wait();
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);

        // Every state has one value in all its keys; values are large enough to be read from files.
        void Read()
        {
            reading.Signal();
            var records = new List<KeyValueRecord>();
            long seen = 0;
            while (!stop.IsCancellationRequested)
            {
                long next = ReadState(store, records);
                Assert.True(next >= seen, "states do not go back");
                seen = next;
            }

            Assert.Equal(index, ReadState(store, records));
        }
    }

    private static long ReadState(FasterKeyValueStore store, List<KeyValueRecord> records)
    {
        records.Clear();
        KeyValueScan scan = store.Scan([], [], 100, records);
        Assert.True(records.Count is 0 or 8, $"{records.Count} keys");
        Assert.True(records.All(record => record.Value.Span.SequenceEqual(records[0].Value.Span)), "one state");
        return scan.AppliedIndex;
    }

    private static void Compare(ulong seed)
    {
        using var directory = new TemporaryDirectory();
        using var store = new FasterKeyValueStore(Path.Combine(directory.Path, "one"), StoreFixture.Tiny);
        using var other = new FasterKeyValueStore(Path.Combine(directory.Path, "other"), StoreFixture.Tiny);
        var memory = new KeyValueStore();
        var random = new DeterministicRandom(seed);
        long index = 0;
        for (int run = 0; run < 60; run++)
        {
            for (long count = random.Next(12); count > 0; count--) Apply(RandomCommands.Next(ref random), ++index, store, memory);
            index++;
            store.Publish(index);
            memory.Publish(index);
            if (run % 10 == 9) Assert.Equal(StoreFixture.Describe(memory), StoreFixture.Describe(store));
        }

        Assert.Equal(memory.ComputeDigest(), store.ComputeDigest());
        Assert.Equal(memory.StateDigest, store.StateDigest);
        List<byte[]> pieces = Snapshot(memory);
        Assert.Equal(pieces, Snapshot(store));
        Restore(other, pieces, index);
        var second = new KeyValueStore();
        Restore(second, Snapshot(other), index);
        Assert.Equal(memory.ComputeDigest(), other.ComputeDigest());
        Assert.Equal(memory.StateDigest, other.StateDigest);
        Assert.Equal(memory.ComputeDigest(), second.ComputeDigest());
        Assert.Equal(memory.StateDigest, second.StateDigest);
        for (int i = 0; i < 50; i++)
        {
            byte[] command = RandomCommands.Next(ref random);
            Apply(command, ++index, store, memory);
            Apply(command, index, other, second);
        }

        Assert.Equal(memory.ComputeDigest(), other.ComputeDigest());
        Assert.Equal(memory.StateDigest, other.StateDigest);
        Assert.Equal(memory.ComputeDigest(), second.ComputeDigest());
        Assert.Equal(memory.StateDigest, second.StateDigest);
    }

    private static void Apply(byte[] command, long index, FasterKeyValueStore one, KeyValueStore other)
    {
        var reply = new ArrayBufferWriter<byte>();
        var otherReply = new ArrayBufferWriter<byte>();
        one.Apply(index, command, reply);
        other.Apply(index, command, otherReply);
        Assert.Equal(otherReply.WrittenSpan.ToArray(), reply.WrittenSpan.ToArray());
    }

    private static List<byte[]> Snapshot(IStateMachine machine)
    {
        using IStateCapture capture = machine.Capture();
        var pieces = new List<byte[]>();
        var piece = new ArrayBufferWriter<byte>();
        while (capture.WriteNext(piece))
        {
            pieces.Add(piece.WrittenSpan.ToArray());
            piece.ResetWrittenCount();
        }

        return pieces;
    }

    private static void Restore(IStateMachine machine, List<byte[]> pieces, long index)
    {
        IStateRestore restore = machine.BeginRestore();
        foreach (byte[] piece in pieces) restore.Read(piece);
        machine.Restore(restore, index);
    }

    private static byte[] Bytes(in KeyValueCommand command)
    {
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}
