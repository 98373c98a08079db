namespace DEngine.Core;

/// <summary>Receives, in a native client, what nodes answer. Spans are valid during the call only.</summary>
public interface IClientResponseHandler
{
    /// <summary>Receives a <see cref="ClientResult"/>.</summary>
    void OnClientResult(in ClientResult message, ReadOnlySpan<byte> reply);

    /// <summary>Receives a <see cref="ClientGetResult"/>; the value is empty when the key was not found.</summary>
    void OnClientGetResult(in ClientGetResult message, ReadOnlySpan<byte> value);

    /// <summary>Receives a <see cref="ClientScanResult"/>; as many records as the header says, all verified.</summary>
    void OnClientScanResult(in ClientScanResult message, ScanRecords records);
}
