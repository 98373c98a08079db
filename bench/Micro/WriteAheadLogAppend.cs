using BenchmarkDotNet.Attributes;

namespace DEngine.Bench;

/// <summary>The log on disk, in the directory for temporary files: a file system in memory there would make a sync free.</summary>
[MemoryDiagnoser]
public class WriteAheadLogAppend : IDisposable
{
    private WriteAheadLogSync? _log;

    /// <summary>DiskFirst with one writer.</summary>
    [GlobalSetup(Target = nameof(EntryAndSync))]
    public void SetUpEntry() => _log = new WriteAheadLogSync(batches: 1, entriesPerBatch: 1);

    /// <summary>DiskFirst with many writers, or 100 entries gathered in one pass.</summary>
    [GlobalSetup(Target = nameof(BatchOf100AndSync))]
    public void SetUpBatch() => _log = new WriteAheadLogSync(batches: 1, Sizes.SyncThreshold);

    /// <summary>Each entry handed to the operating system at once, the sync behind 100 of them: threshold 100, or an interval that so many meet.</summary>
    [GlobalSetup(Target = nameof(HundredEntriesAndSync))]
    public void SetUpHundred() => _log = new WriteAheadLogSync(Sizes.SyncThreshold, entriesPerBatch: 1);

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
