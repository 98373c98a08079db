namespace DEngine.Transport;

/// <summary>Whether the loop has taken something on.</summary>
public enum PostResult : byte
{
    /// <summary>It will be answered.</summary>
    Accepted = 0,

    /// <summary>The inbox is full; nothing has happened.</summary>
    Full = 1,

    /// <summary>The loop is stopping or has stopped; nothing has happened.</summary>
    Closed = 2,
}
