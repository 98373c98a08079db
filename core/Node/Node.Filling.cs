using System.Runtime.InteropServices;

namespace DEngine.Core;

/// <summary>
/// A gap that damage has left in the log is filled by peers, with a leader or without one (Y5). Until then the node is recovering like any that lacks
/// something; if a leader is quicker, what is behind the gap is forgotten, because the leader's entries take its place.
/// </summary>
public sealed partial class Node
{
    /// <summary>The most that one answer carries, unless it is one entry.</summary>
    private const long FillBytesMax = 1 << 20;

    private readonly List<Entry> _fillEntries = [];
    private LogFill? _fill;
    private TimeSpan _nextFillAt;

    /// <summary>A gap in the log may be filled by peers.</summary>
    public bool IsFilling => _fill is not null;

    /// <summary>Asks everybody, again and again: whoever has some of it may be back only later, and any message may be lost.</summary>
    private void AskForFill(TimeSpan now)
    {
        if (_fill is null || now < _nextFillAt) return;
        _nextFillAt = now + _options.Raft.ElectionTimeoutMin;
        foreach (PeerProgress peer in _raft.Peers) AskForFill(peer.Id, _fill);
    }

    private void AskForFill(NodeId peer, LogFill fill)
    {
        _frame.Reset();
        MessageEncoder.Write(_frame, fill.Ask(_raft.Log));
        SendFrame(peer);
    }

    /// <summary>What a leader gives takes the place of what is behind the gap; so does whatever else changes the log.</summary>
    private void StopFillingIfReplaced(PersistBatch batch)
    {
        if (_fill is null) return;
        if (!_raft.IsRecovering || batch.EntryCount > 0 || batch.TruncateFrom is not null) _fill = null;
    }

    private void OnFillRequest(NodeId from, in FillRequest request)
    {
        if (!LogFill.TryAnswer(request, _raft.Log, _fill, FillBytesMax, _fillEntries, out LogPosition previous)) return;
        _frame.Reset();
        MessageEncoder.Write(_frame, new FillAnswer(request.Anchor, previous, _fillEntries.Count), CollectionsMarshal.AsSpan(_fillEntries));
        SendFrame(from);
        _fillEntries.Clear();
    }

    private void OnFillAnswer(NodeId from, in FillAnswer answer, ReadOnlySpan<Entry> entries, TimeSpan now)
    {
        StopFillingIfReplaced(_raft.Effects.Persist);
        if (_fill is not { } fill) return;
        switch (fill.Take(answer, entries, _raft.Log))
        {
            case FillProgress.None:
                break;
            case FillProgress.Some:
                AskForFill(from, fill);
                break;
            case FillProgress.Complete:
                _raft.TryFill(fill.Fills(_raft.Log), fill.Behind, now);
                _fill = null;
                break;
            case FillProgress.Impossible:
                _fill = null;
                break;
            default:
                Invariant.Broken("unknown progress of a fill");
                break;
        }
    }
}
