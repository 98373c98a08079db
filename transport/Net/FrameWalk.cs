using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Goes through frames that a <see cref="FrameParser"/> has verified already.</summary>
internal static class FrameWalk
{
    /// <summary>Whole length of the frame that begins at <paramref name="at"/>.</summary>
    public static int LengthAt(byte[] frames, int at) =>
        FrameFormat.HeaderBytes + (int)BinaryPrimitives.ReadUInt32LittleEndian(frames.AsSpan(at));
}
