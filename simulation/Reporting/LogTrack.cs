using DEngine.Core;

namespace DEngine.Simulation.Reporting;

/// <summary>How one node's log has changed: for each change, up to where it stayed and which terms follow, as runs.</summary>
internal sealed class LogTrack
{
    private readonly List<long> _terms = [];

    /// <summary>For each change: its row, the last index that stayed, the number of runs, then term and length of each run.</summary>
    public List<long> Changes { get; } = [];

    /// <summary>The terms of the log, by index from 1.</summary>
    public IReadOnlyList<long> Terms => _terms;

    /// <summary>Compares with what was there; notes the difference.</summary>
    public void Look(int row, RaftLog log)
    {
        // Two logs that agree about the last entry agree about all of them; that is judged elsewhere.
        if (log.LastIndex == _terms.Count && (_terms.Count == 0 || _terms[^1] == log.Last.Term)) return;
        int kept = (int)Math.Min(log.LastIndex, _terms.Count);
        while (kept > log.Base.Index && (!log.TryTermAt(kept, out long term) || term != _terms[kept - 1])) kept--;
        _terms.RemoveRange(kept, _terms.Count - kept);
        Changes.AddRange([row, kept, 0]);
        int runs = Changes.Count - 1;
        for (long index = kept + 1; index <= log.LastIndex; index++)
        {
            // What a snapshot has brought has no terms here.
            _ = log.TryTermAt(index, out long term);
            term = Math.Max(term, 0);
            if (Changes[runs] > 0 && Changes[^2] == term)
            {
                Changes[^1]++;
            }
            else
            {
                Changes.AddRange([term, 1]);
                Changes[runs]++;
            }

            _terms.Add(term);
        }
    }
}
