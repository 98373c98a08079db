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

    private EngineStorage(IDisk disk, DirectoryLife life, ILogStorage log, string description, IStateMachine stateMachine)
    {
        _disk = disk;
        Life = life;
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

    /// <summary>Which directory it is, in which of its lives.</summary>
    public DirectoryLife Life { get; }

    /// <summary>What has become of the data directory under the running node; null: nothing. Any thread; blocks.</summary>
    public string? FindFault() => (_disk as RealDisk)?.FindFault();

    /// <summary>What had been written before.</summary>
    public NodeRecovery Recovery { get; private set; } = null!;

    /// <param name="options">Which storage, and where.</param>
    /// <param name="machineRun">Names the present run of the machine.</param>
    /// <exception cref="WrongDirectoryException">The directory is another node's or another cluster's. Nothing has been changed.</exception>
    /// <exception cref="IOException">The directory is in use, damaged, holds a log of another kind, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The snapshot is of another version, or of a cluster with other session options.</exception>
    public static EngineStorage Open(DEngineOptions options, long machineRun)
    {
        string directory = DirectoryOf(options);
        EngineStorage storage = options.Storage.Log == LogStorageKind.Memory ? InMemory(options, directory) : OnDisk(options, directory, machineRun);
        try
        {
            NodeRecovery found = NodeRecovery.Read(storage.Log, storage.Snapshots, storage.StateMachine, EngineSettings.ToNode(options).Sessions);
            storage.Recovery = storage.Life.IsRepaired ? found with { Storage = found.Storage with { Repairs = found.Storage.Repairs + 1 } } : found;
            return storage;
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    /// <summary>Before anything in the directory is used (Z8).</summary>
    private static DirectoryLife BeginLife(IDisk disk, DEngineOptions options, string directory)
    {
        var owner = new DirectoryOwner(options.Cluster.ClusterId ?? EngineSettings.DefaultClusterId, new NodeId(options.Cluster.NodeId));
        try
        {
            return DirectoryIdentity.Begin(disk, owner, WriteAheadLog.IsIn(disk) || FasterLogStorage.IsIn(disk), Draw, (uint)Draw());
        }
        catch (WrongDirectoryException wrong)
        {
            string advice = wrong.Found.Cluster != owner.Cluster
                ? $"Set cluster.cluster_id back to \"{wrong.Found.Cluster}\", or name another {FieldPaths.DbRootDir}. What is in there begins a cluster of another name by way of a "
                    + "backup: 'dengine snapshot save', then 'dengine snapshot restore' into new directories"
                : $"Give node {owner.Node.Value} its own directory back (cluster.node_id, {FieldPaths.DbRootDir}). If that is lost, empty this one ('dengine reset --data-dir {directory} "
                    + $"--yes'), start the node, and say 'dengine replace {owner.Node.Value}' to the cluster";
            throw new WrongDirectoryException(
                $"The data directory {directory} belongs to {wrong.Found}, and this is {owner}. Nothing has been changed. {advice}.", wrong.Found, owner, wrong);
        }
        catch (StorageDamagedException damaged)
        {
            throw new StorageDamagedException($"The data directory {directory} cannot be used. {damaged.Message}");
        }
    }

    private static ulong Draw() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

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
    private static EngineStorage InMemory(DEngineOptions options, string directory)
    {
        var disk = new SimulatedDisk();
        return new EngineStorage(
            disk, BeginLife(disk, options, directory), new MemoryLog(), Describe(options, "log in memory"), MakeStateMachine(options, directory));
    }

    private static EngineStorage OnDisk(DEngineOptions options, string directory, long machineRun)
    {
        var disk = new RealDisk(directory);
        try
        {
            bool isFaster = options.Storage.Log == LogStorageKind.Faster;
            if (isFaster && WriteAheadLog.IsIn(disk)) throw OtherKind(disk, "a write-ahead log", "wal", "faster");
            if (!isFaster && FasterLogStorage.IsIn(disk)) throw OtherKind(disk, "a log on FASTER", "faster", "wal");
            DirectoryLife life = BeginLife(disk, options, directory);
            ILogStorage log = isFaster
                ? new FasterLogStorage(disk)
                : new WriteAheadLog(disk, EngineSettings.ToLog(options, machineRun) with { Owner = life.Directory });
            string description = $"{(isFaster ? "log on FASTER" : "log")} in {disk.DirectoryPath}";
            return new EngineStorage(disk, life, log, Describe(options, description), MakeStateMachine(options, directory));
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
