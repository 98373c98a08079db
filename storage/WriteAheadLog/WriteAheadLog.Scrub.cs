using DEngine.Core;

namespace DEngine.Storage;

/// <content>
/// Damage that is found while the node runs. What a checksum can name is put right; what it cannot is in the node's memory still, so the segment is closed, and
/// leaves with the entries in it as soon as a snapshot has them (Y4). Until then a start would find the damage, and treat it as such.
/// </content>
public sealed partial class WriteAheadLog
{
    private readonly HashSet<long> _damaged = [];
    private readonly LogScrub _scrub;

    /// <inheritdoc/>
    public ScrubStep Scrub(int bytesMax)
    {
        OpenSegment open = Usable();
        try
        {
            bool isAhead = _scrub.TryFind(_closed, Durable(open), _damaged, out SegmentSummary segment);
            ScrubStep step = isAhead ? _scrub.Step(segment, segment.Sequence == open.Sequence, bytesMax) : EndPass();
            if (step.Damage.Length > 0) _damaged.Add(segment.Sequence);
            return step with { DropThrough = TryIsolate(isNews: step.Damage.Length > 0 || step.EndsPass) };
        }
        catch (StorageFullException)
        {
            // No room even to overwrite: what is wrong is found again in the next pass.
            return new ScrubStep(bytesMax, EndsPass: false);
        }
        catch (IOException)
        {
            _isUsable = false;
            throw;
        }
    }

    /// <summary>Of the segment that is written to: what has been synced, which never changes any more.</summary>
    private SegmentSummary Durable(OpenSegment open)
    {
        long end = _syncedThrough.Sequence == open.Sequence ? _syncedThrough.Offset : SegmentHeader.Bytes;
        return new SegmentSummary(open.Header, end, open.HighestIndex);
    }

    private ScrubStep EndPass()
    {
        _scrub.Begin();
        bool isMended = _hardStates.Mend();
        return new ScrubStep(2 * HardStateFile.SlotBytes, EndsPass: true, isMended ? $"{HardStateFile.Name}, the copy of term and vote" : "");
    }

    private long TryIsolate(bool isNews)
    {
        try
        {
            return Isolate(isNews);
        }
        catch (StorageFullException)
        {
            // Tried again with the next piece.
            return 0;
        }
    }

    /// <summary>It is damaged, or has to go before one that is.</summary>
    private bool IsToLeave(SegmentSummary segment) => _damaged.Count > 0 && segment.Sequence <= _damaged.Max();

    /// <summary>
    /// The highest index that keeps a segment in the log. Entries that have been superseded, and that the log may never reach again, do not keep a damaged one:
    /// what follows replays without them.
    /// </summary>
    private long HighestNeeded(SegmentSummary segment) => IsToLeave(segment) ? Math.Min(segment.HighestIndex, _extent.Last) : segment.HighestIndex;

    /// <summary>
    /// Closes a damaged segment, so that nothing more comes into it, and drops it when its entries are not needed. A crash anywhere finds either the segment,
    /// damaged, or the durable note that it is not needed.
    /// </summary>
    /// <returns>The last entry that has to leave the log before it can be dropped; 0: none, or it has been said.</returns>
    private long Isolate(bool isNews)
    {
        if (_damaged.Count == 0) return 0;
        OpenSegment open = Usable();
        if (_damaged.Contains(open.Sequence)) open = Rotate(open);
        long highest = 0;
        foreach (SegmentSummary segment in _closed)
        {
            if (IsToLeave(segment)) highest = Math.Max(highest, HighestNeeded(segment));
        }

        if (highest >= _extent.First) return isNews ? highest : 0;
        DropSegments(open, _extent.First);
        return 0;
    }
}
