namespace DEngine.Simulation.Checking;

/// <summary>What a line of a history says about an operation.</summary>
public enum HistoryEventType : byte
{
    /// <summary>The client sent it.</summary>
    Invoke,

    /// <summary>It happened, at some instant between its invoke and this event.</summary>
    Ok,

    /// <summary>It certainly did not happen and never will.</summary>
    Fail,

    /// <summary>Unknown: it may have happened, or happen at any later time, or never.</summary>
    Info,
}

/// <summary>What an operation does to its key.</summary>
public enum HistoryFunction : byte
{
    /// <summary>Gives the value.</summary>
    Read,

    /// <summary>Replaces the value.</summary>
    Write,

    /// <summary>Replaces the value if it equals an expected one.</summary>
    Cas,

    /// <summary>Adds to the end of a string; an absent value counts as empty.</summary>
    Append,

    /// <summary>Makes the value absent.</summary>
    Delete,
}

/// <summary>One line of a history.</summary>
/// <param name="Process">The logical client; it has one operation at a time.</param>
/// <param name="Type">Invoke, or how it ended.</param>
/// <param name="Function">The same for the invoke and its completion.</param>
/// <param name="Key">The same for the invoke and its completion.</param>
/// <param name="Value">Written or appended; expected by a cas; what a read that is <see cref="HistoryEventType.Ok"/> gave.</param>
/// <param name="NewValue">What a cas writes; otherwise null.</param>
/// <param name="TimeNanoseconds">From any origin, the same for the whole history.</param>
public readonly record struct HistoryEvent(
    long Process,
    HistoryEventType Type,
    HistoryFunction Function,
    string Key,
    HistoryValue Value,
    HistoryValue NewValue,
    long TimeNanoseconds);

/// <summary>The words that the format uses.</summary>
internal static class HistoryWords
{
    public static string Of(HistoryEventType type) => type switch
    {
        HistoryEventType.Invoke => "invoke",
        HistoryEventType.Ok => "ok",
        HistoryEventType.Fail => "fail",
        HistoryEventType.Info => "info",
        _ => throw new InvalidOperationException($"no such type of event: {type}"),
    };

    public static string Of(HistoryFunction function) => function switch
    {
        HistoryFunction.Read => "read",
        HistoryFunction.Write => "write",
        HistoryFunction.Cas => "cas",
        HistoryFunction.Append => "append",
        HistoryFunction.Delete => "delete",
        _ => throw new InvalidOperationException($"no such function: {function}"),
    };

    public static HistoryEventType? Type(string word) => word switch
    {
        "invoke" => HistoryEventType.Invoke,
        "ok" => HistoryEventType.Ok,
        "fail" => HistoryEventType.Fail,
        "info" => HistoryEventType.Info,
        _ => null,
    };

    public static HistoryFunction? Function(string word) => word switch
    {
        "read" => HistoryFunction.Read,
        "write" => HistoryFunction.Write,
        "cas" => HistoryFunction.Cas,
        "append" => HistoryFunction.Append,
        "delete" => HistoryFunction.Delete,
        _ => null,
    };
}
