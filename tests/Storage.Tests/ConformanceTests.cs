using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>The public suite over every storage that this package has.</summary>
public sealed class ConformanceTests
{
    private static readonly WriteAheadLogOptions Tiny = new() { SegmentBytes = 4096, ZeroAheadBytes = 4096 };

    public static TheoryData<string> Cases => [.. LogStorageConformance.Cases.Select(promise => promise.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_ahead_log_on_a_simulated_disk(string promise) =>
        Run(promise, () => new SimulatedFixture(new WriteAheadLogOptions(), 1));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_ahead_log_on_a_simulated_disk_with_tiny_segments(string promise)
    {
        for (ulong seed = 1; seed <= 30; seed++) Run(promise, () => new SimulatedFixture(Tiny, seed));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_ahead_log_on_a_real_disk(string promise) =>
        Run(promise, () => new RealFixture(new WriteAheadLogOptions { SegmentBytes = 1 << 20 }));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_ahead_log_on_a_real_disk_with_tiny_segments(string promise) => Run(promise, () => new RealFixture(Tiny));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Memory_log(string promise) => Run(promise, () => new MemoryFixture());

    private static void Run(string name, Func<LogStorageFixture> make)
    {
        LogStorageCase promise = LogStorageConformance.Cases.Single(candidate => candidate.Name == name);
        using LogStorageFixture fixture = make();
        if (fixture.CanCrash || !promise.NeedsCrash) promise.Run(fixture);
    }

    private sealed class SimulatedFixture(WriteAheadLogOptions options, ulong seed) : LogStorageFixture
    {
        private readonly SimulatedDisk _disk = new();
        private DeterministicRandom _random = new(seed);

        public override bool CanCrash => true;

        public override ILogStorage Create() => new WriteAheadLog(_disk, options);

        public override void Crash() => _disk.PowerLoss(ref _random, PowerLossPolicy.Shuffle);
    }

    /// <summary>A crash here is the end of a process: the object is left as it is, its lock given up.</summary>
    private sealed class RealFixture(WriteAheadLogOptions options) : LogStorageFixture
    {
        private readonly TemporaryDirectory _directory = new();
        private RealDisk? _disk;

        public override bool CanCrash => true;

        public override ILogStorage Create()
        {
            _disk ??= new RealDisk(_directory.Path);
            return new WriteAheadLog(_disk, options);
        }

        public override void Crash()
        {
            _disk?.Dispose();
            _disk = null;
        }

        public override void Dispose()
        {
            _disk?.Dispose();
            _directory.Dispose();
            base.Dispose();
        }
    }

    private sealed class MemoryFixture : LogStorageFixture
    {
        private readonly MemoryLog _log = new();

        public override bool CanCrash => true;

        public override ILogStorage Create() => _log;

        public override void Crash()
        {
        }
    }
}
