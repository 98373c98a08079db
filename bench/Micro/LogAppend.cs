using BenchmarkDotNet.Attributes;

namespace DEngine.Bench;

/// <summary>The log in memory.</summary>
[MemoryDiagnoser]
public class LogAppend
{
    private readonly LogAppendTruncate _log = new();

    [Benchmark]
    public void AppendAndTruncate() => _log.Run();
}
