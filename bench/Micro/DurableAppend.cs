using BenchmarkDotNet.Attributes;

namespace DEngine.Bench;

/// <summary>
/// Logs on disk, in the directory for temporary files: a file system in memory there would make a sync free. The two kinds side by side, so that one run gives
/// the ratio.
/// </summary>
[MemoryDiagnoser]
public class DurableAppend : IDisposable
{
    private LogSync? _log;

    /// <summary>The log on FASTER, or the write-ahead log.</summary>
    [Params(false, true)]
    public bool IsFaster { get; set; }

    /// <summary>DiskFirst with one writer.</summary>
    [GlobalSetup(Target = nameof(EntryAndSync))]
    public void SetUpEntry() => _log = new LogSync(batches: 1, entriesPerBatch: 1, IsFaster);

    /// <summary>DiskFirst with many writers, or 100 entries gathered in one pass.</summary>
    [GlobalSetup(Target = nameof(BatchOf100AndSync))]
    public void SetUpBatch() => _log = new LogSync(batches: 1, Sizes.SyncThreshold, IsFaster);

    /// <summary>Each entry written at once, the sync behind 100 of them: threshold 100, or an interval that so many meet.</summary>
    [GlobalSetup(Target = nameof(HundredEntriesAndSync))]
    public void SetUpHundred() => _log = new LogSync(Sizes.SyncThreshold, entriesPerBatch: 1, IsFaster);

    [GlobalCleanup]
    public void Dispose()
    {
        _log?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void EntryAndSync() => _log!.Run();

    [Benchmark(OperationsPerInvoke = Sizes.SyncThreshold)]
    public void BatchOf100AndSync() => _log!.Run();

    [Benchmark(OperationsPerInvoke = Sizes.SyncThreshold)]
    public void HundredEntriesAndSync() => _log!.Run();
}
