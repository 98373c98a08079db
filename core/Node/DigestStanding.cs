namespace DEngine.Core;

/// <summary>
/// How a leader's state and one other voter's have compared so far. Because digests are chains, who agrees at an index agrees at all before it.
/// </summary>
internal sealed class DigestStanding(NodeId peer)
{
    public NodeId Peer { get; } = peer;

    /// <summary>Index of the newest report; 0: there was none in this term.</summary>
    public long ReportedIndex { get; private set; }

    /// <summary>What it said.</summary>
    public ulong ReportedDigest { get; private set; }

    /// <summary>The highest index at which both have the same.</summary>
    public long AgreedIndex { get; private set; }

    /// <summary>The lowest index at which they are known to differ; 0: they are not.</summary>
    public long DiffersFrom { get; private set; }

    /// <param name="index">Where it was compared.</param>
    /// <param name="digest">The peer's.</param>
    /// <param name="isSame">Whether it is the leader's as well.</param>
    public void OnReport(long index, ulong digest, bool isSame)
    {
        if (index >= ReportedIndex) (ReportedIndex, ReportedDigest) = (index, digest);
        if (!isSame)
        {
            // A late copy of what a former life of the peer has said, which agrees by now, is no news.
            if (index <= AgreedIndex) return;
            DiffersFrom = DiffersFrom == 0 ? index : Math.Min(DiffersFrom, index);
            return;
        }

        AgreedIndex = Math.Max(AgreedIndex, index);

        // It has started again meanwhile, and its log has led it to the right state.
        if (AgreedIndex >= DiffersFrom) DiffersFrom = 0;
    }
}
