using DEngine.Core;

namespace DEngine;

/// <summary>
/// The replicated key-value store, from inside the process (<see cref="EmbeddedEngine.Client"/>) or over the network (<see cref="DEngineClient"/>).
/// Any thread, any number of requests at a time.
/// </summary>
/// <remarks>
/// A write is applied exactly once however often it had to be repeated on the way, or its end is unknown (<see cref="UnknownOutcomeException"/>),
/// or it certainly did not happen (every other exception). Cancelling a write stops the waiting, not the write: once it is submitted the call ends
/// with <see cref="UnknownOutcomeException"/>. Buffers must not change until the call has ended; results own their bytes. Awaiting a result twice is
/// not allowed.
/// </remarks>
public interface IKeyValueClient
{
    /// <summary>Sets the value of a key.</summary>
    /// <param name="key">1 byte to the configured limit (4 KiB).</param>
    /// <param name="value">Up to the configured limit (1 MiB); may be empty.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <returns>The key's new revision: the index of the write in the cluster's log.</returns>
    /// <exception cref="DEngineException">See the remarks of <see cref="IKeyValueClient"/>.</exception>
    ValueTask<long> PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default);

    /// <summary>Reads a key.</summary>
    /// <param name="key">1 byte to the configured limit.</param>
    /// <param name="consistency">What the read may rely on; null for the configured default. The cluster may be configured to ignore it.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <returns>The entry, or null when there is no such key.</returns>
    /// <exception cref="DEngineException">It could not be read; reading again is always safe.</exception>
    ValueTask<KeyValueEntry?> GetAsync(ReadOnlyMemory<byte> key, ReadConsistency? consistency = null, CancellationToken cancellation = default);

    /// <summary>Removes a key. Succeeds when there was one.</summary>
    /// <exception cref="DEngineException">See the remarks of <see cref="IKeyValueClient"/>.</exception>
    ValueTask<ConditionalResult> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default);

    /// <summary>Sets the value of a key if it is what the caller expects.</summary>
    /// <param name="key">1 byte to the configured limit.</param>
    /// <param name="expected">The value that the key must have; null: the key must not exist.</param>
    /// <param name="value">The new value.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="DEngineException">See the remarks of <see cref="IKeyValueClient"/>.</exception>
    ValueTask<ConditionalResult> CompareAndSwapAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value, CancellationToken cancellation = default);

    /// <summary>Reads keys in ascending order of their bytes, all of one instant.</summary>
    /// <param name="prefix">Only keys that begin so; empty for all.</param>
    /// <param name="after">Only keys above this one, to go on from the page before; null for the first page.</param>
    /// <param name="limit">Most entries, 1 to 10000. Over the network a page may end earlier for its bytes.</param>
    /// <param name="consistency">As in <see cref="GetAsync"/>.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="DEngineException">It could not be read; reading again is always safe.</exception>
    ValueTask<ScanPage> ScanAsync(
        ReadOnlyMemory<byte> prefix,
        ReadOnlyMemory<byte>? after = null,
        int limit = 1000,
        ReadConsistency? consistency = null,
        CancellationToken cancellation = default);
}
