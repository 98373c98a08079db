using System.Buffers;

namespace DEngine.Core;

/// <summary>
/// A state machine's state as of one moment, for a snapshot. Made on the loop; used, and disposed of, by one other thread while commands go on.
/// </summary>
public interface IStateCapture : IDisposable
{
    /// <summary>
    /// Writes the next piece of the state: about 64 KiB at a time, so that others get their turn on the disk. The same state gives the same pieces on every
    /// node. Returns false, having written nothing, when there is no more.
    /// </summary>
    bool WriteNext(IBufferWriter<byte> output);
}
