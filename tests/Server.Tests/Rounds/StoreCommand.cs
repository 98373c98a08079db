using DEngine.Simulation.Checking;

namespace DEngine.Server.Tests.Rounds;

/// <summary>One operation of one client.</summary>
/// <param name="Function">Read, Write, Cas or Delete.</param>
/// <param name="Key">Of the store.</param>
/// <param name="Value">What a write or a cas puts there.</param>
/// <param name="Expected">What a cas wants to find; null: no such key.</param>
internal sealed record StoreCommand(HistoryFunction Function, string Key, string? Value = null, string? Expected = null);

/// <summary>How it ended: Ok, Fail (certainly did not happen) or Info (nobody knows).</summary>
/// <param name="Type">Of the event in the history.</param>
/// <param name="Read">What a read that is Ok gave; null: no such key.</param>
internal readonly record struct StoreAnswer(HistoryEventType Type, string? Read = null)
{
    public static readonly StoreAnswer Ok = new(HistoryEventType.Ok);
    public static readonly StoreAnswer Fail = new(HistoryEventType.Fail);

    /// <summary>A read without an answer has changed nothing, so it is no open operation.</summary>
    public static StoreAnswer UnknownOf(StoreCommand command) =>
        command.Function == HistoryFunction.Read ? Fail : new StoreAnswer(HistoryEventType.Info);
}

/// <summary>A way to the cluster. Never throws for what the cluster answers or does not answer.</summary>
internal interface IStoreClient : IAsyncDisposable
{
    /// <summary>One at a time.</summary>
    Task<StoreAnswer> RunAsync(StoreCommand command);
}
