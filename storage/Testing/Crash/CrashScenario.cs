using DEngine.Storage;

namespace DEngine.Testing;

/// <summary>
/// Something that keeps its state on an <see cref="IDisk"/>, for <see cref="CrashAtEveryOperation"/>. One object lives through one crash: it plays until the
/// disk ends it, and remembers what it may rely on. Deterministic: every object of a scenario asks its disk for the same operations in the same order.
/// </summary>
public abstract class CrashScenario
{
    /// <summary>
    /// Uses an empty disk, noting beside what has been made durable and what has been asked for. Ends early by a <see cref="SimulatedCrashException"/>, which
    /// is to be let through: at that operation the process is gone.
    /// </summary>
    public abstract void Play(IDisk disk);

    /// <summary>
    /// Recovers from what a crash has left and throws (anything) unless it is one of the states that <see cref="Play"/> allows: at least what was durable,
    /// at most what was asked for. Called many times, with other disks; it may ask for copies of the disk and put them to further tests.
    /// </summary>
    /// <returns>
    /// What was found, in a few words or as a digest: with <see cref="CrashOptions.FoundIsDurable"/> another power loss must not change it.
    /// </returns>
    public abstract string Recover(SimulatedDisk disk);

    /// <summary>
    /// What the next life does with a disk that was recovered: writes, crashes, recovers further; throws (anything) when it goes wrong. Called once for each
    /// recovery, with a copy of its disk. Does nothing unless overridden.
    /// </summary>
    public virtual void GoOn(SimulatedDisk disk)
    {
    }
}

/// <summary>How hard <see cref="CrashAtEveryOperation"/> looks.</summary>
public sealed record CrashOptions
{
    /// <summary>
    /// Power losses for every crash that keep some of what was not synced, torn and reordered, each another part; 0 and up. Beside them, always: the process
    /// alone ends; everything not synced is lost; everything is kept.
    /// </summary>
    public int Shuffles { get; init; } = 4;

    /// <summary>Whether the recovery is made to crash too, at each of its own operations in turn, and recovers again.</summary>
    public bool CrashesDuringRecovery { get; init; } = true;

    /// <summary>
    /// Whether what a recovery has reported must survive a power loss right after it. True for whatever vouches for what it has found, such as a log.
    /// </summary>
    public bool FoundIsDurable { get; init; } = true;

    /// <summary>Crash points that are tried at the same time, each with a scenario of its own; 1 and up.</summary>
    public int Threads { get; init; } = 1;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Shuffles);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
    }
}

/// <summary>What <see cref="CrashAtEveryOperation"/> has tried, all of it with success.</summary>
/// <param name="Operations">Disk operations of one whole play.</param>
/// <param name="CrashPoints">Crashes of a play: before, after and in the middle of each operation that changes something.</param>
/// <param name="Recoveries">Recoveries from what these have left.</param>
/// <param name="CrashesDuringRecovery">Recoveries that were made to crash, and recovered from.</param>
public sealed record CrashReport(int Operations, int CrashPoints, int Recoveries, int CrashesDuringRecovery)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Operations} disk operations, {CrashPoints} crash points, {Recoveries} recoveries, {CrashesDuringRecovery} crashes during recovery";
}
