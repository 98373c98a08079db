namespace DEngine.Core;

/// <summary>
/// Memory-first persistence: entries are acknowledged when the operating system has them, and synced in the background. Term and vote are synced first all the
/// same.
/// </summary>
/// <param name="Threshold">Entries that call for a sync; 1 and up.</param>
/// <param name="Interval">How long an entry waits for a sync at most; above 0.</param>
/// <param name="BufferedEntriesMax">Entries not synced at which acknowledgements wait for the sync; at least <paramref name="Threshold"/>.</param>
public sealed record FlushLimits(int Threshold, TimeSpan Interval, int BufferedEntriesMax);
