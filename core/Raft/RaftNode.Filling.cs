namespace DEngine.Core;

/// <summary>A gap in the log is closed by what peers knew of it (Y5).</summary>
public sealed partial class RaftNode
{
    /// <summary>
    /// Puts back what damage had taken: the log is what it was, and this node lacks nothing any more. What it says from here on waits for the disk, as always.
    /// </summary>
    /// <param name="fills">In order of index, and the last one comes just before <paramref name="behind"/>; what precedes the first is in the log.</param>
    /// <param name="behind">What the log ended with.</param>
    /// <param name="now">The instant at which that was known.</param>
    /// <returns>False, with nothing done, when the log has gone another way meanwhile.</returns>
    public bool TryFill(IReadOnlyList<Entry> fills, IReadOnlyList<Entry> behind, TimeSpan now)
    {
        AdvanceTo(now);
        if (!IsRecovering || _isLossAccepted || fills.Count == 0) return false;
        long first = fills[0].Index;
        if (first < Log.FirstIndex || first > Log.LastIndex + 1) return false;
        foreach (Entry fill in fills)
        {
            if (fill.Index <= CommitIndex && !Log.Contains(fill.Position)) return false;
        }

        // What the log has there had been superseded by what was lost.
        if (first <= Log.LastIndex)
        {
            Log.TruncateFrom(first);
            ClipTickets(first - 1);
            _configurations.TruncateFrom(first);
        }

        foreach (Entry fill in fills)
        {
            Log.Append(fill);
            Effects.Persist.Fills.Add(fill);
            OnAppended(fill);
        }

        foreach (Entry entry in behind)
        {
            Log.Append(entry);
            OnAppended(entry);
        }

        Effects.Persist.FilledThrough = Log.LastIndex;
        EndRecovery(RecoveryStage.Filled);
        return true;
    }
}
