using System.Text;
using DEngine.Core;

namespace DEngine;

/// <summary>The same with text, as UTF-8.</summary>
public static class KeyValueClientExtensions
{
    /// <inheritdoc cref="IKeyValueClient.PutAsync"/>
    public static ValueTask<long> PutAsync(this IKeyValueClient client, string key, string value, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.PutAsync(Bytes(key), Bytes(value), cancellation);
    }

    /// <inheritdoc cref="IKeyValueClient.GetAsync"/>
    public static ValueTask<KeyValueEntry?> GetAsync(
        this IKeyValueClient client, string key, ReadConsistency? consistency = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.GetAsync(Bytes(key), consistency, cancellation);
    }

    /// <inheritdoc cref="IKeyValueClient.DeleteAsync"/>
    public static ValueTask<ConditionalResult> DeleteAsync(this IKeyValueClient client, string key, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.DeleteAsync(Bytes(key), cancellation);
    }

    /// <inheritdoc cref="IKeyValueClient.CompareAndSwapAsync"/>
    public static ValueTask<ConditionalResult> CompareAndSwapAsync(
        this IKeyValueClient client, string key, string? expected, string value, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.CompareAndSwapAsync(Bytes(key), BytesOrNone(expected), Bytes(value), cancellation);
    }

    /// <inheritdoc cref="IKeyValueClient.ScanAsync"/>
    public static ValueTask<ScanPage> ScanAsync(
        this IKeyValueClient client,
        string prefix,
        string? after = null,
        int limit = 1000,
        ReadConsistency? consistency = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.ScanAsync(Bytes(prefix), BytesOrNone(after), limit, consistency, cancellation);
    }

    /// <summary>Not a conditional expression: there null would become an empty array's memory, which means something else.</summary>
    private static ReadOnlyMemory<byte>? BytesOrNone(string? text)
    {
        if (text is null) return null;
        return Bytes(text);
    }

    private static ReadOnlyMemory<byte> Bytes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encoding.UTF8.GetBytes(text);
    }
}
