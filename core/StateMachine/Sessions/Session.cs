namespace DEngine.Core;

/// <summary>One client's session, and a link in the table's list by last use.</summary>
internal sealed class Session(ulong id, int window)
{
    /// <summary>Made of the position of the entry that opened it and of the branch of history that this was on.</summary>
    internal ulong Id { get; } = id;

    /// <summary>To be read; changes go through <see cref="OwnReplies"/>.</summary>
    internal RememberedReplies Replies { get; private set; } = new(window);

    /// <summary>The replies, to be changed: a capture keeps them as they were.</summary>
    internal RememberedReplies OwnReplies()
    {
        if (Replies.IsCaptured) Replies = Replies.CopyForChange();
        return Replies;
    }

    /// <summary>Applied index of the newest entry that named this session.</summary>
    internal long LastUsedIndex { get; set; }

    internal Session? LessRecent { get; set; }

    internal Session? MoreRecent { get; set; }
}
