using DEngine.Core;
using DEngine.Storage.Tests;
using DEngine.Testing;

namespace DEngine.Storage.Faster.Tests;

/// <summary>The public suite over the key-value store on FASTER, once with values in memory, once with most of them in files.</summary>
public sealed class KeyValueConformanceTests
{
    public static TheoryData<string> Cases => [.. StateMachineConformance.Cases.Select(promise => promise.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Faster_key_value_store(string promise) => Run(promise, new FasterKeyValueOptions { MemoryBytes = 16 << 20, IndexBytes = 1 << 20 });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Faster_key_value_store_with_little_memory(string promise) => Run(promise, StoreFixture.Tiny);

    private static void Run(string name, FasterKeyValueOptions options)
    {
        using var fixture = new StoreFixture(options);
        StateMachineConformance.Cases.Single(candidate => candidate.Name == name).Run(fixture);
    }
}

/// <summary>Makes stores, each in a directory of its own.</summary>
internal sealed class StoreFixture(FasterKeyValueOptions options) : StateMachineFixture
{
    /// <summary>Sixteen KiB of values in memory, files of as much, tidied up all the time.</summary>
    public static readonly FasterKeyValueOptions Tiny = new()
    {
        PageBytes = 4096,
        MemoryBytes = 16384,
        SegmentBytes = 16384,
        IndexBytes = 4096,
        GarbageMin = 20,
    };

    private readonly TemporaryDirectory _directory = new();
    private int _count;

    public override IReadOnlyList<byte[]> MalformedCommands { get; } = [[], [0], [99, 1, 2, 3], [(byte)KeyValueOperation.Put, 255, 255, 255, 255]];

    public override IStateMachine Create() => new FasterKeyValueStore(Path.Combine(_directory.Path, $"{++_count}"), options);

    public override byte[] MakeCommand(ref DeterministicRandom random) => RandomCommands.Next(ref random);

    public override string ReadPublished(IStateMachine machine) => Describe((IKeyValueReader)machine);

    public static string Describe(IKeyValueReader reader)
    {
        var records = new List<KeyValueRecord>();
        reader.Scan([], [], int.MaxValue, records);
        return string.Join("\n", records.Select(record => $"{Convert.ToHexString(record.Key.Span)} {record} {Convert.ToHexString(record.Value.Span)}"));
    }

    public override void Dispose()
    {
        _directory.Dispose();
        base.Dispose();
    }
}
