using BenchmarkDotNet.Attributes;
using DEngine.Configuration;
using DEngine.Core;

namespace DEngine.Bench;

/// <summary>When a put counts as kept.</summary>
public enum KeptWhen
{
    /// <summary>DiskFirst: synced.</summary>
    Synced,

    /// <summary>MemFirst, synced at once behind the acknowledgement.</summary>
    FlushedAtOnce,

    /// <summary>MemFirst, synced behind 100 entries or 20 ms: the defaults of a batch.</summary>
    FlushedBy100,

    /// <summary>MemFirst, synced behind 1,000 entries or 100 ms.</summary>
    FlushedBy1000,
}

/// <summary>
/// Acknowledged puts of one engine, without a network, by persistence strategy and flush policy. Its data is in the directory for temporary files: a file
/// system in memory there would make a sync free.
/// </summary>
[MedianColumn]
[MemoryDiagnoser]
public class AcknowledgedPuts
{
    internal const int Puts = 1_000;

    private DirectoryInfo _directory = null!;
    private EmbeddedEngine _engine = null!;

    [Params(KeptWhen.Synced, KeptWhen.FlushedAtOnce, KeptWhen.FlushedBy100, KeptWhen.FlushedBy1000)]
    public KeptWhen Kept { get; set; }

    /// <summary>Each with one put under way at a time.</summary>
    [Params(1, 100)]
    public int Writers { get; set; }

    /// <summary>Not a task: within the process BenchmarkDotNet would not wait for it.</summary>
    [GlobalSetup]
    public void Start() => StartAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Stop()
    {
        _engine.StopAsync().GetAwaiter().GetResult();
        _directory.Delete(recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Puts)]
    public Task PutAsync() => Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))));

    private async Task StartAsync()
    {
        _directory = Directory.CreateTempSubdirectory("dengine-bench-");
        string address = $"127.0.0.1:{FreePorts.Take(1)[0]}";
        _engine = await EmbeddedEngine.StartAsync(new DEngineOptions
        {
            Cluster = new ClusterOptions
            {
                NodeId = 1,
                ListenAddress = address,
                InitialCluster = [new ClusterMember { Id = 1, Address = address }],
                DbRootDir = Path.Combine(_directory.FullName, "db"),
                LogDir = Path.Combine(_directory.FullName, "logs"),
            },
            Persistence = Persistence(),
        });
        await _engine.WaitReadyAsync();
    }

    private async Task WriteAsync(int writer)
    {
        for (int i = writer; i < Puts; i += Writers) await _engine.Client.PutAsync(Keys.Bytes[i], Keys.Value);
    }

    private PersistenceOptions Persistence() => Kept switch
    {
        KeptWhen.Synced => new PersistenceOptions(),
        KeptWhen.FlushedAtOnce => MemoryFirst(FlushPolicy.Immediate),
        KeptWhen.FlushedBy100 => MemoryFirst(new FlushPolicy { Batch = new BatchFlush() }),
        KeptWhen.FlushedBy1000 => MemoryFirst(new FlushPolicy { Batch = new BatchFlush { Threshold = 1_000, IntervalMs = 100 } }),
        _ => throw new InvariantViolationException($"unknown strategy {Kept}"),
    };

    private static PersistenceOptions MemoryFirst(FlushPolicy policy) => new() { Strategy = PersistenceStrategy.MemFirst, FlushPolicy = policy };
}
