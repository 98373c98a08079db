using DEngine.Core;

namespace DEngine.Bench;

/// <summary>Load through <see cref="IKeyValueClient"/>s: workers are dealt out to them in turn.</summary>
internal sealed class KeyValueTarget(params IReadOnlyList<IKeyValueClient> clients)
{
    public Request Put(int worker)
    {
        IKeyValueClient client = clients[worker % clients.Count];
        return key => client.PutAsync(Keys.Bytes[key], Keys.Value).AsTask();
    }

    public Request Get(int worker)
    {
        IKeyValueClient client = clients[worker % clients.Count];
        return key => client.GetAsync(Keys.Bytes[key], ReadConsistency.Linearizable).AsTask();
    }
}
