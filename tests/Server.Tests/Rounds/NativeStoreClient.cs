using System.Text;
using DEngine.Core;
using DEngine.Simulation.Checking;

namespace DEngine.Server.Tests.Rounds;

/// <summary>Over the native protocol, in a session of its own.</summary>
internal sealed class NativeStoreClient(IReadOnlyList<string> endpoints, TimeSpan timeout) : IStoreClient
{
    private readonly DEngineClient _client = new(new DEngineClientOptions { Endpoints = endpoints, RequestTimeout = timeout });

    public async Task<StoreAnswer> RunAsync(StoreCommand command)
    {
        try
        {
            switch (command.Function)
            {
                case HistoryFunction.Read:
                    KeyValueEntry? entry = await _client.GetAsync(command.Key, ReadConsistency.Linearizable);
                    return new StoreAnswer(HistoryEventType.Ok, entry is null ? null : Encoding.UTF8.GetString(entry.Value.Value.Span));
                case HistoryFunction.Write:
                    _ = await _client.PutAsync(command.Key, command.Value!);
                    return StoreAnswer.Ok;
                case HistoryFunction.Delete:
                    _ = await _client.DeleteAsync(command.Key);
                    return StoreAnswer.Ok;
                case HistoryFunction.Cas:
                    ConditionalResult swapped = await _client.CompareAndSwapAsync(command.Key, command.Expected, command.Value!);
                    return swapped.Succeeded ? StoreAnswer.Ok : StoreAnswer.Fail;
                default:
                    throw new ArgumentOutOfRangeException(nameof(command), command.Function, "not an operation of the store");
            }
        }
        catch (UnknownOutcomeException)
        {
            return StoreAnswer.UnknownOf(command);
        }
        catch (DEngineException)
        {
            return StoreAnswer.Fail;
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
