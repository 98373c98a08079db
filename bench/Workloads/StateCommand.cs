using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using DEngine.Core;
using DEngine.Storage.Faster;

namespace DEngine.Bench;

/// <summary>What a key costs the two key-value stores: bytes on the managed heap beside FASTER's pages, time to put, time to read at random.</summary>
internal static class StateCommand
{
    private const int KeyBytes = 16;
    private const int Run = 100;
    private const int Reads = 100_000;

    public static int Execute(int keys, int valueBytes, long memoryBytes)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{keys:N0} keys of {KeyBytes} bytes, values of {valueBytes}; FASTER's memory for values {memoryBytes >> 20} MiB"));
        Measure("in memory", keys, valueBytes, static () => new KeyValueStore(), static _ => 0);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("dengine-bench-");
        try
        {
            var options = new FasterKeyValueOptions { MemoryBytes = memoryBytes };
            Measure("on FASTER", keys, valueBytes, () => new FasterKeyValueStore(directory.FullName, options), store => Math.Min(store.ValueBytes, memoryBytes));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        return 0;
    }

    private static void Measure<TStore>(string name, int keys, int valueBytes, Func<TStore> make, Func<TStore, long> pageBytes)
        where TStore : IStateMachine, IKeyValueReader
    {
        TStore store = make();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        byte[] key = new byte[KeyBytes], value = new byte[valueBytes];
        var reply = new ArrayBufferWriter<byte>();
        long started = Stopwatch.GetTimestamp();
        for (int i = 1; i <= keys; i++)
        {
            reply.ResetWrittenCount();
            KeyValueCommand put = KeyValueCommand.Put(KeyOf(key, i), value);
            byte[] command = ArrayPool<byte>.Shared.Rent(put.Size);
            store.Apply(i, command.AsSpan(0, put.Write(command)), reply);
            ArrayPool<byte>.Shared.Return(command);
            if (i % Run == 0) store.Publish(i);
        }

        store.Publish(keys);
        double puts = keys / Stopwatch.GetElapsedTime(started).TotalSeconds;
        long after = GC.GetTotalMemory(forceFullCollection: true) - pageBytes(store);
        var random = new DeterministicRandom(1);
        started = Stopwatch.GetTimestamp();
        int found = 0;
        for (int i = 0; i < Reads; i++)
        {
            if (store.TryGet(KeyOf(key, (int)random.Between(1, keys)), out _)) found++;
        }

        double reads = Reads / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Invariant.Holds(found == Reads, "every key is there", found, Reads);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {(after - before) / (double)keys:0.0} bytes of memory per key, {puts:N0} puts/s, {reads:N0} reads/s, one thread");
        Console.WriteLine(line);
        (store as IDisposable)?.Dispose();
        GC.KeepAlive(store);
    }

    private static byte[] KeyOf(byte[] key, int number)
    {
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(8), number);
        return key;
    }
}
