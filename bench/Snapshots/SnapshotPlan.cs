using System.Globalization;

namespace DEngine.Bench;

/// <summary>What <see cref="SnapshotCommand"/> does, and with how much.</summary>
/// <param name="Executable">Path of <c>dengine</c>.</param>
/// <param name="Keys">Keys of the state; 1,000 and up.</param>
/// <param name="ValueBytes">Bytes of each value.</param>
/// <param name="WritesPerSecond">Of the load; 1 and up.</param>
/// <param name="CalmSeconds">How long is measured before anything happens; 5 and up. Later at most 10.</param>
internal sealed record SnapshotPlan(string Executable, int Keys, int ValueBytes, int WritesPerSecond, int CalmSeconds)
{
    /// <summary>4,000,000 records of 269 bytes in a snapshot: a little more than 1 GiB.</summary>
    private const int DefaultKeys = 4_000_000, DefaultValueBytes = 221;

    private const int DefaultWritesPerSecond = 1_000, DefaultCalmSeconds = 80;

    /// <summary>What the nodes begin with; the next snapshot is due when the load has run for its calm time.</summary>
    public StartingState State => new(Executable, Keys, ValueBytes, (CalmSeconds + (int)WarmUp.TotalSeconds) * WritesPerSecond);

    /// <summary>Not measured.</summary>
    public static TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long is measured between what happens, and after it.</summary>
    public TimeSpan Pause => TimeSpan.FromSeconds(Math.Min(10, CalmSeconds / 2));

    /// <summary>From the command line; null: it is wrong.</summary>
    public static SnapshotPlan? Parse(string executable, ReadOnlySpan<string> options)
    {
        var plan = new SnapshotPlan(executable, DefaultKeys, DefaultValueBytes, DefaultWritesPerSecond, DefaultCalmSeconds);
        for (int i = 0; i < options.Length; i += 2)
        {
            if (i + 1 == options.Length || !int.TryParse(options[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int value)) return null;
            SnapshotPlan? changed = options[i] switch
            {
                "--keys" when value >= 1_000 => plan with { Keys = value },
                "--value-bytes" => plan with { ValueBytes = value },
                "--writes-per-second" when value >= 1 => plan with { WritesPerSecond = value },
                "--seconds" when value >= 5 => plan with { CalmSeconds = value },
                _ => null,
            };
            if (changed is null) return null;
            plan = changed;
        }

        return plan;
    }
}
