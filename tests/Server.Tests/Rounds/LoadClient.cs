using DEngine.Simulation.Checking;

namespace DEngine.Server.Tests.Rounds;

/// <summary>A process of the history: one operation after another, chosen from the seed.</summary>
internal sealed class LoadClient(int process, int seed, IStoreClient client, SharedHistory history)
{
    private const int Hot = 6;

    private readonly Random _random = new(seed);
    private readonly string?[] _seen = new string?[Hot];
    private int _values;

    /// <summary>Until told to stop; the operation that is under way then is waited for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            StoreAnswer answer = await StepAsync();
            // Fewer attempts where there is nobody: each of them is an operation to be judged.
            int milliseconds = answer.Type == HistoryEventType.Ok ? _random.Next(1, 8) : _random.Next(10, 60);
            await Task.Delay(milliseconds, CancellationToken.None);
        }
    }

    /// <summary>Reads these keys in turn, each until there is an answer.</summary>
    public async Task ReadAllAsync(IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            int attempts = 0;
            while ((await history.RunAsync(process, client, new StoreCommand(HistoryFunction.Read, key))).Type != HistoryEventType.Ok)
            {
                if (++attempts == 20) throw new TimeoutException($"process {process} cannot read {key} when every node is up again");
                await Task.Delay(100);
            }
        }
    }

    private async Task<StoreAnswer> StepAsync()
    {
        int slot = _random.Next(Hot);
        string key = $"hot/{slot}";
        string value = $"{process}-{++_values}";
        int dice = _random.Next(100);
        if (dice < 15)
            return await history.RunAsync(process, client, new StoreCommand(HistoryFunction.Write, $"unique/{process}/{_values}", value), isUnique: true);

        StoreCommand command = dice switch
        {
            < 45 => new StoreCommand(HistoryFunction.Read, key),
            < 70 => new StoreCommand(HistoryFunction.Write, key, value),
            < 95 => new StoreCommand(HistoryFunction.Cas, key, value, _seen[slot]),
            _ => new StoreCommand(HistoryFunction.Delete, key),
        };
        StoreAnswer answer = await history.RunAsync(process, client, command);
        if (answer.Type == HistoryEventType.Ok) _seen[slot] = command.Function == HistoryFunction.Read ? answer.Read : command.Value;
        return answer;
    }
}
