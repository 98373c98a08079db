using BenchmarkDotNet.Attributes;

namespace DEngine.Bench;

/// <summary>The key-value store with 10,000 keys.</summary>
[MemoryDiagnoser]
public class StateMachineApply
{
    private readonly StorePuts _put = new(runLength: 0);
    private readonly StorePuts _published = new(Sizes.SyncThreshold);
    private readonly SessionPuts _session = new();

    [Benchmark]
    public void PutWithinARun() => _put.Run();

    [Benchmark]
    public void PutPublishedEvery100() => _published.Run();

    [Benchmark]
    public void SessionPutPublishedEvery100() => _session.Run();
}
