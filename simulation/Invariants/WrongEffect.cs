using System.Buffers;
using DEngine.Core;
using DEngine.Simulation.Workload;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// What applying has done on one replica only: a record more, under a key that no client asks for by name. Faulty memory, a compiler or a library that computes
/// otherwise there could do the same; no checksum of an entry or a file tells.
/// </summary>
internal static class WrongEffect
{
    private static readonly byte[] Key = [0xFF, (byte)'?'];

    /// <summary>Adds it to everything that has been applied and published, through the same seam as a snapshot.</summary>
    public static void AddTo(WorkloadStore store, long appliedIndex)
    {
        IStateRestore changed = store.BeginRestore();
        var piece = new ArrayBufferWriter<byte>();
        using (IStateCapture capture = store.Capture())
        {
            for (; capture.WriteNext(piece); piece.ResetWrittenCount()) changed.Read(piece.WrittenSpan);
        }

        RecordCodec.Write(piece, KeyValueRecord.Create(Key, default, appliedIndex));
        changed.Read(piece.WrittenSpan);
        store.Restore(changed, appliedIndex);
    }

    public static bool IsIn(in KeyValueView view) => view.TryGet(Key, out _);
}
