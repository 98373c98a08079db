using DEngine.Core;
using DEngine.Storage.Tests;
using DEngine.Testing;

namespace DEngine.Storage.Faster.Tests;

/// <summary>The public suite over the log on FASTER.</summary>
public sealed class LogConformanceTests
{
    public static TheoryData<string> Cases => [.. LogStorageConformance.Cases.Select(promise => promise.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Faster_log_on_a_simulated_disk(string promise) => Run(promise, () => new SimulatedFixture(new FasterLogOptions(), 1));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Faster_log_on_a_simulated_disk_with_tiny_pages(string promise)
    {
        for (ulong seed = 1; seed <= 30; seed++) Run(promise, () => new SimulatedFixture(FasterLogHarness.Tiny, seed));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Faster_log_on_a_real_disk(string promise) => Run(promise, () => new RealFixture(new FasterLogOptions()));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Faster_log_on_a_real_disk_with_tiny_pages(string promise) => Run(promise, () => new RealFixture(FasterLogHarness.Tiny));

    private static void Run(string name, Func<LogStorageFixture> make)
    {
        using LogStorageFixture fixture = make();
        LogStorageConformance.Cases.Single(candidate => candidate.Name == name).Run(fixture);
    }

    private sealed class SimulatedFixture(FasterLogOptions options, ulong seed) : LogStorageFixture
    {
        private readonly SimulatedDisk _disk = new();
        private DeterministicRandom _random = new(seed);

        public override bool CanCrash => true;

        public override ILogStorage Create() => new FasterLogStorage(_disk, options);

        public override void Crash() => _disk.PowerLoss(ref _random, PowerLossPolicy.Shuffle);
    }

    /// <summary>A crash here is the end of a process: what is in FASTER's memory is gone, the lock given up.</summary>
    private sealed class RealFixture(FasterLogOptions options) : LogStorageFixture
    {
        private readonly TemporaryDirectory _directory = new();
        private RealDisk? _disk;

        public override bool CanCrash => true;

        public override ILogStorage Create()
        {
            _disk ??= new RealDisk(_directory.Path);
            return new FasterLogStorage(_disk, options);
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
}
