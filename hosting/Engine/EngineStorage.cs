using System.Globalization;
using DEngine.Configuration;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine;

/// <summary>The configured log, opened and read back.</summary>
internal sealed class EngineStorage : IDisposable
{
    private readonly IDisk _disk;

    private EngineStorage(IDisk disk, ILogStorage log, string description)
    {
        _disk = disk;
        Log = log;
        Snapshots = new SnapshotFiles(disk);
        Description = description;
    }

    public ILogStorage Log { get; }

    public ISnapshotStorage Snapshots { get; }

    /// <summary>What it is, for people.</summary>
    public string Description { get; }

    /// <summary>What had been written before.</summary>
    public NodeRecovery Recovery { get; private set; } = null!;

    /// <param name="options">Which storage, and where.</param>
    /// <param name="stateMachine">What the node will be started with.</param>
    /// <param name="machineRun">Names the present run of the machine.</param>
    /// <exception cref="IOException">The directory is in use, damaged, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The snapshot is of another version, or of a cluster with other session options.</exception>
    public static EngineStorage Open(DEngineOptions options, IStateMachine stateMachine, long machineRun)
    {
        EngineStorage storage = options.Storage.Log == LogStorageKind.Memory ? InMemory() : OnDisk(options, machineRun);
        try
        {
            storage.Recovery = NodeRecovery.Read(storage.Log, storage.Snapshots, stateMachine, EngineSettings.ToNode(options).Sessions);
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
        Snapshots.Dispose();
        _disk.Dispose();
    }

    /// <summary>Nothing of it outlives the process; snapshots keep the log from growing all the same.</summary>
    private static EngineStorage InMemory() => new(new SimulatedDisk(), new MemoryLog(), "log in memory");

    private static EngineStorage OnDisk(DEngineOptions options, long machineRun)
    {
        string directory = Path.Combine(options.Cluster.DbRootDir, options.Cluster.NodeId.ToString(CultureInfo.InvariantCulture));
        var disk = new RealDisk(directory);
        return new EngineStorage(disk, new WriteAheadLog(disk, EngineSettings.ToLog(options, machineRun)), $"log in {disk.DirectoryPath}");
    }
}
