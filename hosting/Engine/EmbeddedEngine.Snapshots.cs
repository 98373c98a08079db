using System.Buffers;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine;

public sealed partial class EmbeddedEngine
{
    /// <summary>
    /// Writes everything replicated, sessions included, as of one entry: a backup. It has every write that was acknowledged, at any node, before this was
    /// called. The node goes on meanwhile. The format is that of docs/snapshot-format.md; <c>dengine snapshot restore</c> reads it.
    /// </summary>
    /// <param name="destination">Stays the caller's. What has come there is whole only when this has returned.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Index of the last entry whose effect is in it.</returns>
    /// <exception cref="NoLeaderException">No leader could confirm what is up to date.</exception>
    /// <exception cref="NotReadyException">The node is stopping or has stopped, or its state is in doubt.</exception>
    public async Task<long> WriteSnapshotAsync(Stream destination, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        await _client.ConfirmAsync(ReadConsistency.Linearizable, cancellation).ConfigureAwait(false);
        using SnapshotCapture capture = await CaptureAsync(cancellation).ConfigureAwait(false);
        var encoder = new SnapshotEncoder(capture.Last);
        var output = new ArrayBufferWriter<byte>(128 << 10);
        var piece = new ArrayBufferWriter<byte>(128 << 10);
        encoder.Begin(output);
        while (WriteNext(capture, piece, encoder, output))
        {
            await destination.WriteAsync(output.WrittenMemory, cancellation).ConfigureAwait(false);
            output.ResetWrittenCount();
            piece.ResetWrittenCount();
        }

        encoder.End(output);
        await destination.WriteAsync(output.WrittenMemory, cancellation).ConfigureAwait(false);
        await destination.FlushAsync(cancellation).ConfigureAwait(false);
        return capture.Last.Index;
    }

    private async Task<SnapshotCapture> CaptureAsync(CancellationToken cancellation)
    {
        try
        {
            return await _loop.CallAsync(static (node, _) => node.Capture()).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new NotReadyException("This node has stopped.");
        }
    }

    private bool WriteNext(SnapshotCapture capture, ArrayBufferWriter<byte> piece, SnapshotEncoder encoder, ArrayBufferWriter<byte> output)
    {
        try
        {
            if (!capture.WriteNext(piece, out SnapshotSection section)) return false;
            encoder.Write(output, section, piece.WrittenSpan);
            return true;
        }
        catch (StateDivergedException wrong)
        {
            // A state that is not what its own digest says is nothing to go on with.
            OnFatal(wrong);
            throw new NotReadyException("This node has to stop: its state is wrong.");
        }
    }
}
