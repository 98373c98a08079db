using DEngine.Core;

namespace DEngine.Storage;

/// <summary>Told every record that a log's recovery believes, in the order in which they were written.</summary>
public delegate void LoggedRecordReader(in LoggedRecord record);

/// <summary>What recovery would find in a directory, without opening the log or changing anything.</summary>
public sealed record LogInspection
{
    private LogInspection()
    {
    }

    /// <summary>Segments read, by name, in order.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    /// <summary>Records believed.</summary>
    public required long Records { get; init; }

    /// <summary>Index of the first entry that survives; above <see cref="LastIndex"/> when none does.</summary>
    public required long FirstIndex { get; init; }

    public required long LastIndex { get; init; }

    public required HardState HardState { get; init; }

    /// <summary>Segment and offset at which the records end.</summary>
    public required (string File, long Offset) End { get; init; }

    /// <summary>Bytes behind the end that a crash left: never acknowledged, dropped at the next start.</summary>
    public required long TornBytes { get; init; }

    /// <summary>What of the log cannot be read any more; empty: nothing. What was read up to there is in the other properties.</summary>
    public required string Damage { get; init; }

    /// <summary>Places in which a bit has turned over, or the like, which the next start puts right.</summary>
    public required int Repairable { get; init; }

    /// <summary>Reads a log; blocks. Any thread.</summary>
    /// <param name="disk">A node's data directory: <see cref="ReadOnlyDisk"/>.</param>
    /// <param name="onRecord">Told each record; nothing, if only the result is wanted.</param>
    /// <exception cref="FileNotFoundException">There is no log.</exception>
    /// <exception cref="IOException">It cannot be read, or is of a newer format.</exception>
    public static LogInspection Read(IDisk disk, LoggedRecordReader? onRecord = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        List<long> sequences = new SegmentFiles(disk, new WriteAheadLogOptions()).List();
        if (sequences.Count == 0) throw new FileNotFoundException("There is no segment of a log (wal-*.log) in this directory.");
        using var copy = new HardStateFile(disk);

        // Before the log: the node may be running, and a log only grows.
        copy.Read();
        var replay = new LogReplay(disk, copy.Reach, new WriteAheadLogOptions()) { OnRecord = onRecord };
        string damage;
        try
        {
            replay.Run(sequences);
            damage = string.Join("; ", replay.Damages);
        }
        catch (StorageDamagedException found)
        {
            damage = found.Message;
        }

        return new LogInspection
        {
            Segments = [.. replay.Segments.Select(segment => SegmentName.Of(segment.Sequence))],
            Records = replay.RecordCount,
            FirstIndex = replay.Extent.First,
            LastIndex = replay.Extent.Last,
            HardState = replay.HardState.IsOlderThan(copy.Newest) ? copy.Newest : replay.HardState,
            End = (SegmentName.Of(Math.Max(1, replay.End.Sequence)), replay.End.Offset),
            TornBytes = replay.TornBytes,
            Damage = damage,
            Repairable = replay.Repairs.Count + replay.Headers.Count,
        };
    }
}
