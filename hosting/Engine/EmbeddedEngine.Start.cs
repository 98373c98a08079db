using System.Buffers.Binary;
using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using DEngine.Configuration;
using DEngine.Core;
using DEngine.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DEngine;

public sealed partial class EmbeddedEngine
{
    private EmbeddedEngine(DEngineOptions options, EngineServices services, EngineStorage storage, Socket listener)
    {
        ILoggerFactory loggers = services.LoggerFactory ?? NullLoggerFactory.Instance;
        _options = options;
        _services = services;
        _storage = storage;
        _log = loggers.CreateLogger(EngineLog.EngineCategory);
        _leaders = new LeaderBoard(AddressOf);
        Metrics = new EngineMetrics(NodeId);

        TransportOptions transport = EngineSettings.ToTransport(options);
        NodeRecovery recovery = storage.Recovery;
        var directory = new DirectoryStamp(storage.Life.Directory, storage.Life.Incarnation, recovery.History);
        HandshakeIdentity identity = EngineSettings.ToIdentity(options, transport);
        var observer = new EngineObserver(NodeId, loggers, _leaders.Set, Metrics.OnRecovery, Metrics.CountStateDifference);
        _network = new PeerNetwork(identity, EngineSettings.ToPeers(options), transport, observer);
        var start = new NodeStart(
            identity.Node, EngineSettings.ToInitialMembers(options), EngineSettings.ToNode(options), recovery.HardState, recovery.Log, storage.StateMachine,
            recovery.Snapshot, recovery.Restore, recovery.Storage.Recovery, recovery.Storage.Behind, directory);
        var ports = new NodeLoopPorts(_network, storage.Log, storage.Snapshots, observer, _clock, OnFatal, Metrics.RecordSync, OnSnapshot, OnScrubbed,
            OnStorageFull, SetDirectory);
        _loop = new NodeLoop(start, ports, EngineSettings.ToLoop(options) with { HandOverTimeout = services.HandOverTimeout }, RandomSeed());

        var requests = new KeyValueRequests(options.Limits.MaxKeyBytes, options.Limits.MaxValueBytes);
        _client = new EngineClient(_loop, storage.Reader, requests, _clock, services.RequestTimeout, ConsistencyOf, () => Leader, Metrics);
        _port = new TcpPort(listener, new TcpPortServices
        {
            Identity = identity,
            Clients = new ClientServices(_loop, storage.Reader, requests.MayPropose, asked => ConsistencyOf(asked)),
            Observer = observer,
            OnFatal = OnFatal,
            OnPeerSeen = _network.OnPeerSeen,
            HttpConnections = services.HttpConnections,
        }, transport);
        SetDirectory(_loop.Directory);
        Metrics.Attach(_loop, () => EngineSettings.ToPeers(options).Sum(peer => _network.DroppedFrames(peer.Id)), () => _port.Connections);
    }

    /// <summary>Starts a node as a file, overridden by environment variables (DENGINE__CLUSTER__NODE_ID=2), says.</summary>
    /// <param name="configPath">A file, a file without its .toml, or a directory with one .toml file in it.</param>
    /// <param name="cancellation">Gives up before the node is started.</param>
    /// <exception cref="ConfigurationException">Anything is wrong with it; all of it is listed.</exception>
    /// <exception cref="IOException">The data directory is in use by another process, damaged, or cannot be read.</exception>
    public static Task<EmbeddedEngine> StartAsync(string configPath, CancellationToken cancellation = default) => StartAsync(configPath, null, cancellation);

    /// <inheritdoc cref="StartAsync(string, CancellationToken)"/>
    /// <param name="configPath">A file, a file without its .toml, or a directory with one .toml file in it.</param>
    /// <param name="services">What the application gives beside.</param>
    /// <param name="cancellation">Gives up before the node is started.</param>
    public static Task<EmbeddedEngine> StartAsync(string configPath, EngineServices? services, CancellationToken cancellation = default) =>
        StartAsync(Load(configPath), services, cancellation);

    /// <summary>Starts a node as options say. They must not change any more.</summary>
    /// <inheritdoc cref="StartAsync(string, EngineServices, CancellationToken)"/>
    public static Task<EmbeddedEngine> StartAsync(DEngineOptions options, EngineServices? services = null, CancellationToken cancellation = default) =>
        StartAsync(ConfigurationLoader.Check(options), services, cancellation);

    /// <summary>Starts a node from a configuration that was loaded before; its notices are logged.</summary>
    /// <inheritdoc cref="StartAsync(string, EngineServices, CancellationToken)"/>
    public static async Task<EmbeddedEngine> StartAsync(
        ConfigurationResult configuration, EngineServices? services = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.Options is not { } options) throw new ConfigurationException(configuration.Mistakes);
        services ??= new EngineServices();
        cancellation.ThrowIfCancellationRequested();
        Socket listener = await ListenAsync(options, cancellation).ConfigureAwait(false);
        EngineStorage? storage = null;
        EmbeddedEngine engine;
        try
        {
            // Recovery reads the whole log: not on the caller's thread, which may be one that draws windows.
            storage = await Task.Run(() => EngineStorage.Open(options, services.MachineRun), cancellation).ConfigureAwait(false);
            engine = new EmbeddedEngine(options, services, storage, listener);
        }
        catch
        {
            storage?.Dispose();
            listener.Dispose();
            throw;
        }

        engine.Start(configuration.Notices);
        return engine;
    }

    internal static ConfigurationResult Load(string configPath) => ConfigurationLoader.Load(configPath, EnvironmentVariables(), []);

    private static async Task<Socket> ListenAsync(DEngineOptions options, CancellationToken cancellation)
    {
        string text = options.Cluster.ListenAddress;
        bool isAddress = NodeAddress.TryParse(text, out NodeAddress address);
        Invariant.Holds(isAddress, "the configuration was checked");
        try
        {
            if (!IPAddress.TryParse(address.Host, out IPAddress? ip))
                ip = (await Dns.GetHostAddressesAsync(address.Host, cancellation).ConfigureAwait(false))[0];
            return TcpPort.Listen(new IPEndPoint(ip, address.Port));
        }
        catch (SocketException error)
        {
            string found = error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "a port that another process listens on",
                SocketError.AddressNotAvailable => "an address that is not this machine's",
                SocketError.AccessDenied => "a port that this process may not use",
                _ => error.Message,
            };
            throw new ConfigurationException(
                [new ConfigurationMistake("start", null, "cluster.listen_address", $"\"{text}\", {found}", "an address and port that this process can listen on")],
                error);
        }
    }

    private static Dictionary<string, string> EnvironmentVariables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables()) variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }

    private static ulong RandomSeed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void Start(IReadOnlyList<string> notices)
    {
        EngineLog.Starting(_log, NodeId, _options.Cluster.ClusterId ?? EngineSettings.DefaultClusterId, _options.Cluster.ListenAddress, _storage.Description);
        foreach (string notice in notices) EngineLog.Notice(_log, NodeId, notice);
        NodeRecovery recovery = _storage.Recovery;
        LogPosition last = recovery.Log.Last;
        if (recovery.Storage.Repairs > 0) EngineLog.Repaired(_log, NodeId, recovery.Storage.Repairs);
        if (recovery.Storage.Damage.Length > 0) EngineLog.Damaged(_log, NodeId, recovery.Storage.Damage);
        Metrics.OnOpened(recovery.Storage);
        if (recovery.Storage.IsNew && recovery.Snapshot.IsNone) EngineLog.NewNode(_log, NodeId);
        else EngineLog.Recovered(_log, NodeId, recovery.HardState.Term, last.Term, last.Index, recovery.Snapshot.Last.Index, recovery.Storage.TornBytes);
        _dispatching = Task.Run(DispatchLeaderChangesAsync);
        _watching = Task.Run(WatchDirectoryAsync);
        _loop.Start();
        _network.Start();
        _port.Start();
    }

    private string DataDirectory => EngineStorage.DirectoryOf(_options);

    private string AddressOf(NodeId id)
    {
        if (id.Value == NodeId && _options.Cluster.AdvertiseAddress is { } advertised) return advertised;
        return _options.Cluster.InitialCluster.FirstOrDefault(member => member.Id == id.Value)?.Address ?? "";
    }

    private ReadConsistency ConsistencyOf(ReadConsistency? asked)
    {
        bool mayAsk = _options.ReadConsistency.AllowClientOverride;
        return mayAsk && asked is { } consistency ? consistency : EngineSettings.ToConsistency(_options.ReadConsistency.DefaultPolicy);
    }

    /// <summary>At the start, and then on the loop thread.</summary>
    private void SetDirectory(DirectoryStamp stamp)
    {
        _network.SetDirectory(stamp);
        _port.SetDirectory(stamp);
    }

    /// <summary>On the loop thread.</summary>
    private void OnSnapshot(SnapshotResult result)
    {
        switch (result)
        {
            case SnapshotResult.Saved { Snapshot: var saved }:
                EngineLog.SnapshotSaved(_log, NodeId, saved.Last.Index, saved.Bytes);
                break;
            case SnapshotResult.NotSaved:
                EngineLog.SnapshotNotSaved(_log, NodeId, DataDirectory);
                break;
            case SnapshotResult.Damaged { Damage: var damage }:
                Metrics.CountSnapshotDamage();
                EngineLog.SnapshotNotSent(_log, NodeId, damage);
                break;
            case SnapshotResult.Received { Snapshot: var received }:
                _isSnapshotRefused = false;
                EngineLog.SnapshotReceived(_log, NodeId, received.Last.Index, received.Bytes);
                break;
            case SnapshotResult.Stored { IsFull: true, Snapshot: var refused } when !_isSnapshotRefused:
                _isSnapshotRefused = true;
                EngineLog.SnapshotRefused(_log, NodeId, refused.Last.Index, refused.Bytes, DataDirectory);
                break;
        }
    }

    /// <summary>On the log's or the snapshots' thread.</summary>
    private void OnScrubbed(ScrubStep step)
    {
        Metrics.OnScrubbed(step);
        if (step.Repaired.Length > 0) EngineLog.ScrubRepaired(_log, NodeId, step.Repaired);
        if (step.Damage.Length == 0) return;
        if (step.DropThrough > 0) EngineLog.ScrubFoundLog(_log, NodeId, step.Damage, step.DropThrough);
        else EngineLog.ScrubFound(_log, NodeId, step.Damage);
    }

    /// <summary>On the loop thread.</summary>
    private void OnStorageFull(bool isFull)
    {
        Metrics.OnStorageFull(isFull);
        if (isFull) EngineLog.StorageFull(_log, NodeId, DataDirectory);
        else EngineLog.StorageHasRoom(_log, NodeId);
    }

    /// <summary>On the thread that cannot go on. Nothing is tidied up: what memory says can no longer be believed.</summary>
    private void OnFatal(Exception error)
    {
        EngineLog.Fatal(_log, error, NodeId, error.Message);
        if (_services.OnFatal is not { } handler)
        {
            Environment.FailFast($"DEngine node {NodeId} cannot go on: {error.Message}", error);
            return;
        }

        // On a thread of the pool: the handler may well wait for the stop, which waits for this thread.
        _ = Task.Run(() =>
        {
            _ = StopAsync(CancellationToken.None);
            handler(error);
        });
    }
}
