namespace DEngine.Core;

/// <summary>Receives, on a node, what native clients send. Spans are valid during the call only.</summary>
public interface IClientRequestHandler
{
    /// <summary>Receives a <see cref="ClientCommand"/>.</summary>
    void OnClientCommand(in ClientCommand message, ReadOnlySpan<byte> payload);

    /// <summary>Receives a <see cref="ClientGet"/>.</summary>
    void OnClientGet(in ClientGet message, ReadOnlySpan<byte> key);

    /// <summary>Receives a <see cref="ClientScan"/>.</summary>
    /// <param name="message">The header.</param>
    /// <param name="prefix">Only keys that begin so; empty for all keys.</param>
    /// <param name="hasAfter">Whether to begin behind <paramref name="after"/> rather than at the prefix.</param>
    /// <param name="after">Last key of the page before; empty unless <paramref name="hasAfter"/>.</param>
    void OnClientScan(in ClientScan message, ReadOnlySpan<byte> prefix, bool hasAfter, ReadOnlySpan<byte> after);
}
