using BenchmarkDotNet.Attributes;

namespace DEngine.Bench;

/// <summary>Encoding, and parsing with decoding; checksums included.</summary>
[MemoryDiagnoser]
public class CodecFrames
{
    private readonly Codec _codec = new();

    [Benchmark]
    public void EncodeHeartbeat() => _codec.EncodeHeartbeat();

    [Benchmark]
    public void DecodeHeartbeat() => _codec.DecodeHeartbeat();

    [Benchmark]
    public void EncodeAppendOf16() => _codec.EncodeAppend();

    [Benchmark]
    public void DecodeAppendOf16() => _codec.DecodeAppend();
}
