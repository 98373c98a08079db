using System.Globalization;
using System.Security.Cryptography;
using DEngine.Configuration;
using DEngine.Core;
using DEngine.Storage;
using DEngine.Storage.Faster;

namespace DEngine;

/// <summary>The configured log and state, opened and read back.</summary>
internal sealed class EngineStorage : IDisposable
{
    private const string StateDirectory = "state";

    private readonly IDisk _disk;

    private EngineStorage(IDisk disk, ILogStorage log, string description, IStateMachine stateMachine)
    {
        _disk = disk;
        Log = log;
        Snapshots = new SnapshotFiles(disk);
        Description = description;
        StateMachine = stateMachine;
    }

    public ILogStorage Log { get; }

    public ISnapshotStorage Snapshots { get; }

    /// <summary>What it is, for people.</summary>
    public string Description { get; }

    /// <summary>What commands are applied to.</summary>
    public IStateMachine StateMachine { get; }

    /// <summary>The same, for readers.</summary>
    public IKeyValueReader Reader => (IKeyValueReader)StateMachine;

    /// <summary>Which directory it is.</summary>
    public NodeIdentity Identity { get; private set; }

    /// <summary>What had been written before.</summary>
    public NodeRecovery Recovery { get; private set; } = null!;

    /// <param name="options">Which storage, and where.</param>
    /// <param name="machineRun">Names the present run of the machine.</param>
    /// <exception cref="IOException">The directory is in use, damaged, holds a log of another kind, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The snapshot is of another version, or of a cluster with other session options.</exception>
    public static EngineStorage Open(DEngineOptions options, long machineRun)
    {
        string directory = DirectoryOf(options);
        EngineStorage storage = options.Storage.Log == LogStorageKind.Memory ? InMemory(options, directory) : OnDisk(options, directory, machineRun);
        try
        {
            storage.Identity = DirectoryIdentity.ReadOrCreate(storage._disk, NewIdentity, out bool isRepaired);
            NodeRecovery found = NodeRecovery.Read(storage.Log, storage.Snapshots, storage.StateMachine, EngineSettings.ToNode(options).Sessions);
            storage.Recovery = isRepaired ? found with { Storage = found.Storage with { Repairs = found.Storage.Repairs + 1 } } : found;
            return storage;
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    private static ulong NewIdentity() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Where log, term and vote, and snapshots are.</summary>
    public static string DirectoryOf(DEngineOptions options) =>
        Path.Combine(Path.GetFullPath(options.Cluster.DbRootDir), options.Cluster.NodeId.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        Log.Dispose();
        Snapshots.Dispose();
        (StateMachine as IDisposable)?.Dispose();
        _disk.Dispose();
    }

    /// <summary>Nothing of it outlives the process; snapshots keep the log from growing all the same.</summary>
    private static EngineStorage InMemory(DEngineOptions options, string directory) =>
        new(new SimulatedDisk(), new MemoryLog(), Describe(options, "log in memory"), MakeStateMachine(options, directory));

    private static EngineStorage OnDisk(DEngineOptions options, string directory, long machineRun)
    {
        var disk = new RealDisk(directory);
        try
        {
            bool isFaster = options.Storage.Log == LogStorageKind.Faster;
            if (isFaster && WriteAheadLog.IsIn(disk)) throw OtherKind(disk, "a write-ahead log", "wal", "faster");
            if (!isFaster && FasterLogStorage.IsIn(disk)) throw OtherKind(disk, "a log on FASTER", "faster", "wal");
            ILogStorage log = isFaster ? new FasterLogStorage(disk) : new WriteAheadLog(disk, EngineSettings.ToLog(options, machineRun));
            string description = $"{(isFaster ? "log on FASTER" : "log")} in {disk.DirectoryPath}";
            return new EngineStorage(disk, log, Describe(options, description), MakeStateMachine(options, directory));
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    private static IStateMachine MakeStateMachine(DEngineOptions options, string directory) => options.Storage.StateMachine == StateMachineKind.Faster
        ? new FasterKeyValueStore(Path.Combine(directory, StateDirectory))
        : new KeyValueStore();

    private static string Describe(DEngineOptions options, string log) =>
        options.Storage.StateMachine == StateMachineKind.Faster ? $"{log}, state on FASTER" : log;

    /// <summary>A node that began anew beside its log would have forgotten its votes.</summary>
    private static IOException OtherKind(RealDisk disk, string found, string foundName, string askedName) => new(
        $"{disk.DirectoryPath} holds {found}, and {FieldPaths.StorageLog} is \"{askedName}\". Nothing has been changed. Set {FieldPaths.StorageLog} = \"{foundName}\" to go on "
        + $"with what is there. To change over, stop this node, give it an empty {FieldPaths.DbRootDir}, and let it come back as a new member.");
}
