namespace DEngine.Core;

/// <summary>
/// A snapshot on its way from a leader to one peer. It begins with the question how much of it the peer has already (from this leader, an earlier one, or
/// before a restart), and asks again whenever nothing has been heard for a while.
/// </summary>
public sealed class SnapshotTransfer(SnapshotId snapshot)
{
    /// <summary>Each question that brings no news doubles the wait for the next, up to so many times the first.</summary>
    private const int WaitGrowthMax = 16;

    private TimeSpan _heardAt;
    private int _waitGrowth = 1;
    private long _repeatedFrom = -1;

    public SnapshotId Snapshot { get; } = snapshot;

    /// <summary>What the peer has said that it has.</summary>
    public long Confirmed { get; private set; }

    /// <summary>Where the next bytes to send begin.</summary>
    public long Next { get; private set; }

    /// <summary>Whether the peer is still to say how much it has, and nothing is sent until it does.</summary>
    public bool IsAsking { get; private set; } = true;

    /// <summary>Whether the question is still to be sent.</summary>
    public bool IsQuestionDue { get; private set; } = true;

    public void OnAsked(TimeSpan now)
    {
        IsQuestionDue = false;
        _heardAt = now;
    }

    public void OnSent(int bytes) => Next += bytes;

    /// <summary>
    /// The peer has so much of it. Late news of less is no news, unless it was asked for. The same news again, while more is on its way, says that something
    /// did not arrive: it is sent once more from there, once.
    /// </summary>
    public void OnProgress(long nextOffset, TimeSpan now)
    {
        if (!IsAsking && nextOffset == Confirmed && Next > Confirmed && _repeatedFrom != Confirmed)
        {
            Next = _repeatedFrom = Confirmed;
            return;
        }

        if (!IsAsking && nextOffset <= Confirmed) return;
        _heardAt = now;
        if (nextOffset > Confirmed) _waitGrowth = 1;
        Confirmed = nextOffset;
        Next = IsAsking ? nextOffset : Math.Max(Next, nextOffset);
        IsAsking = false;
    }

    /// <summary>
    /// Asks again when nothing new has been heard for a while: something was lost, or the peer has begun a new life. Where answers take longer than that, it
    /// waits longer: questions would only stand in the way of what they ask for.
    /// </summary>
    public void AskIfSilent(TimeSpan now, TimeSpan patience)
    {
        if (IsQuestionDue || now - _heardAt < patience * _waitGrowth) return;
        _waitGrowth = Math.Min(_waitGrowth * 2, WaitGrowthMax);
        IsAsking = true;
        IsQuestionDue = true;
    }
}
