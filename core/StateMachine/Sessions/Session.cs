namespace DEngine.Core;

/// <summary>One client's session, and a link in the table's list by last use.</summary>
internal sealed class Session(ulong id, int window)
{
    /// <summary>Index of the entry that opened it.</summary>
    internal ulong Id { get; } = id;

    internal RememberedReplies Replies { get; } = new(window);

    /// <summary>Applied index of the newest entry that named this session.</summary>
    internal long LastUsedIndex { get; set; }

    internal Session? LessRecent { get; set; }

    internal Session? MoreRecent { get; set; }
}
