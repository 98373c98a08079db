using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Bench;

/// <summary>Batches written to a log on the real disk, and one sync behind them.</summary>
internal sealed class WriteAheadLogSync : IWorkload, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-bench-");
    private readonly PersistBatch _batch = new();
    private readonly byte[] _payload = new byte[Sizes.Payload];
    private readonly int _batches, _entriesPerBatch;
    private readonly RealDisk _disk;
    private readonly WriteAheadLog _log;
    private long _index;

    /// <param name="batches">Writes before the sync.</param>
    /// <param name="entriesPerBatch">Entries in each.</param>
    public WriteAheadLogSync(int batches, int entriesPerBatch)
    {
        _batches = batches;
        _entriesPerBatch = entriesPerBatch;
        _disk = new RealDisk(_directory.FullName);
        _log = new WriteAheadLog(_disk);
        _log.Open(static _ => { });
    }

    public void Run()
    {
        for (int batch = 0; batch < _batches; batch++)
        {
            _batch.Reset();
            _batch.Ticket = _index + 1;
            for (int i = 0; i < _entriesPerBatch; i++) _batch.Add(new Entry(new LogPosition(1, ++_index), EntryKind.Command, _payload));
            _log.Write(_batch);
        }

        _log.Sync();
    }

    public void Dispose()
    {
        _log.Dispose();
        _disk.Dispose();
        _directory.Delete(recursive: true);
    }
}
