using System.Globalization;
using DEngine.Configuration;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine;

/// <summary>The configured log, opened and read back.</summary>
internal sealed class EngineStorage : IDisposable
{
    private readonly IDisk? _disk;

    private EngineStorage(IDisk? disk, ILogStorage log, string description)
    {
        _disk = disk;
        Log = log;
        Description = description;
    }

    public ILogStorage Log { get; }

    /// <summary>What it is, for people.</summary>
    public string Description { get; }

    /// <summary>What had been written before.</summary>
    public RaftLog Entries { get; } = new();

    public LogRecovery Recovery { get; private set; }

    /// <exception cref="IOException">The directory is in use, damaged, or cannot be read.</exception>
    public static EngineStorage Open(DEngineOptions options)
    {
        EngineStorage storage = options.Storage.Log == LogStorageKind.Memory ? new EngineStorage(null, new MemoryLog(), "log in memory") : OnDisk(options);
        try
        {
            storage.Recovery = storage.Log.Open(entry => storage.Entries.Append(entry));
            return storage;
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Log.Dispose();
        _disk?.Dispose();
    }

    private static EngineStorage OnDisk(DEngineOptions options)
    {
        string directory = Path.Combine(options.Cluster.DbRootDir, options.Cluster.NodeId.ToString(CultureInfo.InvariantCulture));
        var disk = new RealDisk(directory);
        return new EngineStorage(disk, new WriteAheadLog(disk, new WriteAheadLogOptions()), $"log in {disk.DirectoryPath}");
    }
}
