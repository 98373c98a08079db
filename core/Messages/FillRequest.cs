namespace DEngine.Core;

/// <summary>
/// A node whose disk has lost part of its log asks a peer for what comes before an entry that it still has. Of no term: what precedes an entry of a given index
/// and term is the same for ever and everywhere (log matching), so a late copy of the answer is as good as the answer.
/// </summary>
/// <param name="Anchor">The entry.</param>
/// <param name="From">Nothing before this index is wanted; 1 and up, at most the anchor's.</param>
public readonly record struct FillRequest(LogPosition Anchor, long From);

/// <summary>The entries that come before one, as many as fit, down to where the sender knows them.</summary>
/// <param name="Anchor">As it was asked for.</param>
/// <param name="Previous">What precedes the first entry of the answer; its term is 0 when the sender does not know that.</param>
/// <param name="EntryCount">Entries in the message; with them it reaches from behind <paramref name="Previous"/> to before <paramref name="Anchor"/>.</param>
public readonly record struct FillAnswer(LogPosition Anchor, LogPosition Previous, int EntryCount)
{
    /// <summary>The sender knows what precedes the first entry.</summary>
    public bool KnowsPrevious => Previous.Term > 0 || Previous.Index == 0;
}
