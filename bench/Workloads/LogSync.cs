using DEngine.Core;
using DEngine.Storage;
using DEngine.Storage.Faster;

namespace DEngine.Bench;

/// <summary>Batches written to a log on the real disk, and one sync behind them.</summary>
internal sealed class LogSync : IWorkload, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-bench-");
    private readonly PersistBatch _batch = new();
    private readonly byte[] _payload = new byte[Sizes.Payload];
    private readonly int _batches, _entriesPerBatch;
    private readonly RealDisk _disk;
    private readonly ILogStorage _log;
    private long _index;

    /// <param name="batches">Writes before the sync.</param>
    /// <param name="entriesPerBatch">Entries in each.</param>
    /// <param name="isFaster">A log on FASTER; else the write-ahead log.</param>
    public LogSync(int batches, int entriesPerBatch, bool isFaster = false)
    {
        _batches = batches;
        _entriesPerBatch = entriesPerBatch;
        _disk = new RealDisk(_directory.FullName);
        _log = isFaster ? new FasterLogStorage(_disk) : new WriteAheadLog(_disk);
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
