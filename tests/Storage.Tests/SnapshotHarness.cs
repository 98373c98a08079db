using System.Buffers;
using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>A state machine's worth of snapshots: the real applier over the real store.</summary>
internal sealed class SnapshotHarness
{
    private readonly KeyValueStore _store = new();

    public SnapshotHarness() => Applier = new Applier(_store, new SessionOptions());

    public Applier Applier { get; private set; }

    public ulong Digest => Applier.ComputeDigest();

    public SnapshotRestore BeginRestore() => Applier.BeginRestore();

    public static Entry Put(long term, long index) => Put(term, index, BitConverter.GetBytes(index % 50), new byte[index % 90]);

    public static Entry Put(long term, long index, byte[] key, byte[] value)
    {
        KeyValueCommand put = KeyValueCommand.Put(key, value);
        byte[] command = new byte[put.Size];
        put.Write(command);
        var payload = new ArrayBufferWriter<byte>();
        SessionEnvelope.WithoutSession(command).Write(payload);
        return new Entry(new LogPosition(term, index), EntryKind.Command, payload.WrittenMemory);
    }

    public void Apply(in Entry entry)
    {
        Applier.Apply(entry, out _);
        Applier.Publish();
    }

    /// <summary>Applies entries up to an index; what they do does not depend on their term.</summary>
    public SnapshotHarness ApplyThrough(long index, long term = 1)
    {
        while (Applier.AppliedIndex < index) Apply(Put(term, Applier.AppliedIndex + 1));
        return this;
    }

    public SnapshotId Save(SnapshotFiles files)
    {
        using SnapshotCapture capture = Applier.Capture();
        var piece = new ArrayBufferWriter<byte>();
        files.BeginWrite(capture.Last);
        while (capture.WriteNext(piece, out SnapshotSection section))
        {
            files.Write(section, piece.WrittenSpan);
            piece.ResetWrittenCount();
        }

        return files.FinishWrite();
    }

    /// <summary>What a node that starts from this disk has, and has applied of what it finds.</summary>
    public static (NodeRecovery Recovery, SnapshotHarness State) Recover(IDisk disk)
    {
        var state = new SnapshotHarness();
        using var log = new WriteAheadLog(disk, LogHarness.Tiny);
        using var files = new SnapshotFiles(disk);
        NodeRecovery recovery = NodeRecovery.Read(log, files, state._store, new SessionOptions());
        state.Applier = new Applier(state._store, new SessionOptions());
        if (recovery.Restore is { } restore) state.Applier.Restore(restore, recovery.Snapshot.Last);
        for (long index = state.Applier.AppliedIndex + 1; index <= recovery.Log.LastIndex; index++) state.Apply(recovery.Log[index]);
        return (recovery, state);
    }
}
