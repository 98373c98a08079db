using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws when nodes write snapshots and how these travel: so small and so often that everything about them happens in a few seconds.</summary>
internal static class SnapshotDraw
{
    public static SnapshotPolicy Draw(ulong seed, TimeSpan electionTimeoutMin)
    {
        DeterministicRandom random = new Draws(seed).Of(Concern.Snapshots);
        int chunk = (int)random.Between(16, random.Chance(0.5) ? 256 : 4096);
        return new SnapshotPolicy
        {
            IsEnabled = !random.Chance(0.25),
            EntriesMax = random.Between(1, random.Chance(0.5) ? 10 : 80),
            LogBytesMax = random.Chance(0.3) ? random.Between(200, 20_000) : 1_000_000_000,
            RetainedEntries = random.Chance(0.4) ? 0 : random.Between(1, 30),
            ChunkBytes = chunk,
            WindowBytes = chunk * random.Between(1, 4),
            BytesPerSecondMax = random.Chance(0.2) ? random.Between(5_000, 200_000) : 0,
            Patience = electionTimeoutMin * (0.3 + random.NextDouble()),
            RetryInterval = electionTimeoutMin,
        };
    }
}
