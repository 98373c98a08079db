using DEngine.Core;

namespace DEngine;

/// <summary>The client that is injected: may be resolved before the engine has started, and is of use from then on.</summary>
internal sealed class HostedClient(EngineHost host) : IKeyValueClient
{
    public ValueTask<long> PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default) =>
        host.Engine.Client.PutAsync(key, value, cancellation);

    public ValueTask<KeyValueEntry?> GetAsync(
        ReadOnlyMemory<byte> key, ReadConsistency? consistency = null, CancellationToken cancellation = default) =>
        host.Engine.Client.GetAsync(key, consistency, cancellation);

    public ValueTask<ConditionalResult> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default) =>
        host.Engine.Client.DeleteAsync(key, cancellation);

    public ValueTask<ConditionalResult> CompareAndSwapAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value, CancellationToken cancellation = default) =>
        host.Engine.Client.CompareAndSwapAsync(key, expected, value, cancellation);

    public ValueTask<ScanPage> ScanAsync(
        ReadOnlyMemory<byte> prefix,
        ReadOnlyMemory<byte>? after = null,
        int limit = 1000,
        ReadConsistency? consistency = null,
        CancellationToken cancellation = default) =>
        host.Engine.Client.ScanAsync(prefix, after, limit, consistency, cancellation);
}
