using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Bench;

/// <summary>A leader's part of one message of a snapshot: read on the snapshots' thread, put into a frame by the loop.</summary>
internal sealed class SnapshotChunkSent : IWorkload, IDisposable
{
    private const int ChunkBytes = 1 << 20;
    private const int PieceBytes = 64 << 10;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-bench-");
    private readonly RealDisk _disk;
    private readonly SnapshotFiles _files;
    private readonly SnapshotWork _work;
    private readonly FrameBuffer _frame = new();
    private readonly SnapshotRequest.Read _request;

    public SnapshotChunkSent()
    {
        _disk = new RealDisk(_directory.FullName);
        _files = new SnapshotFiles(_disk);
        _files.Open();
        _files.BeginWrite(new LogPosition(1, 1));
        byte[] piece = new byte[PieceBytes];
        for (int written = 0; written < ChunkBytes; written += PieceBytes) _files.Write(SnapshotSection.State, piece);
        SnapshotId snapshot = _files.FinishWrite();
        _request = new SnapshotRequest.Read(new NodeId(2), 1, snapshot, 0, ChunkBytes);
        _work = new SnapshotWork(_files, retainCount: 1, static () => throw new InvariantViolationException("nothing is received"));
    }

    public void Run()
    {
        _work.Add(_request);
        var read = (SnapshotResult.BytesRead)_work.Step()!;
        Invariant.Holds(read.Bytes.Length == ChunkBytes, "the snapshot is as large as one message", read.Bytes.Length, ChunkBytes);
        _frame.Reset();
        MessageEncoder.Write(_frame, new SnapshotChunk(1, read.Request.Snapshot, read.Request.Offset), read.Bytes.Span);
        read.Bytes.Release();
    }

    public void Dispose()
    {
        _files.Dispose();
        _disk.Dispose();
        _directory.Delete(recursive: true);
    }
}
