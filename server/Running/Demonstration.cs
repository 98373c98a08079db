using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DEngine.Configuration;

namespace DEngine.Server.Running;

/// <summary>The story that <c>dengine demo</c> tells: three engines on free ports and in a temporary directory, gone afterwards.</summary>
internal sealed class Demonstration(TextWriter output) : IAsyncDisposable
{
    private const int Nodes = 3;
    private const int Writes = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-demo-");
    private readonly SortedDictionary<uint, EmbeddedEngine> _running = [];
    private ClusterMember[] _members = [];

    /// <summary>False when something that had been acknowledged was not there in the end.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        CancellationToken ct = patience.Token;

        LeaderInfo first = await StartAsync(ct).ConfigureAwait(false);
        await WriteAsync("before", "any node takes a write and forwards it to the leader, which answers once a majority has it on disk", ct).ConfigureAwait(false);
        LeaderInfo second = await StopLeaderAsync(first, ct).ConfigureAwait(false);
        await WriteAsync("after", "two of three are a majority, so the cluster goes on", ct).ConfigureAwait(false);
        await BringBackAsync(first.NodeId, second, ct).ConfigureAwait(false);
        return await ReadBackAsync(first.NodeId, ct).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EmbeddedEngine engine in _running.Values)
            await engine.DisposeAsync().ConfigureAwait(false);
        _directory.Delete(recursive: true);
    }

    private async Task<LeaderInfo> StartAsync(CancellationToken ct)
    {
        _members = [.. FreePorts().Select((port, i) => new ClusterMember { Id = (uint)i + 1, Address = $"127.0.0.1:{port}" })];
        Say("1. Start", $"three nodes, {string.Join(", ", _members.Select(m => m.Address))}; each has a log of its own on disk ({_directory.FullName}).");
        long start = Stopwatch.GetTimestamp();
        foreach (ClusterMember member in _members)
            await StartNodeAsync(member.Id, ct).ConfigureAwait(false);
        LeaderInfo leader = await _running[1].WaitReadyAsync(ct).ConfigureAwait(false);
        Say("2. Elect", $"nobody was told who leads: each waits a random time, the first to lose patience asks for votes. "
            + $"Node {leader.NodeId} has a majority and leads (term {leader.Term}), {Since(start)} after the start.");
        return leader;
    }

    private async Task WriteAsync(string prefix, string why, CancellationToken ct)
    {
        EmbeddedEngine[] engines = [.. _running.Values];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Writes; i++)
            _ = await engines[i % engines.Length].Client.PutAsync(Key(prefix, i), Value(prefix, i), ct).ConfigureAwait(false);
        Say("   Write", $"{Writes} keys, one after the other, in {Since(start)}: {why}.");
    }

    private async Task<LeaderInfo> StopLeaderAsync(LeaderInfo leader, CancellationToken ct)
    {
        Say("3. Lose the leader", $"node {leader.NodeId} is stopped. What was acknowledged is on a majority, so another node has all of it; it is asked to take over at once.");
        _ = _running.Remove(leader.NodeId, out EmbeddedEngine? stopped);
        EmbeddedEngine other = _running.Values.First();
        long start = Stopwatch.GetTimestamp();
        Task stopping = stopped!.DisposeAsync().AsTask();

        while (true)
        {
            try
            {
                _ = await other.Client.PutAsync("failover", "done", ct).ConfigureAwait(false);
                if (other.Leader is { } next && next.NodeId != leader.NodeId)
                {
                    Say("4. Fail over", $"node {next.NodeId} leads (term {next.Term}); the first write after the stop was acknowledged by it {Since(start)} after it.");
                    await stopping.WaitAsync(ct).ConfigureAwait(false);
                    return next;
                }
            }
            catch (DEngineException e) when (e is NoLeaderException or UnknownOutcomeException or OverloadedException)
            {
                // Between two leaders; the same value may be written again.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(1), ct).ConfigureAwait(false);
        }
    }

    private async Task BringBackAsync(uint node, LeaderInfo leader, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        await StartNodeAsync(node, ct).ConfigureAwait(false);
        _ = await _running[node].WaitReadyAsync(ct).ConfigureAwait(false);
        Say("5. Come back", $"node {node} starts again, reads its log, follows node {leader.NodeId} and has caught up {Since(start)} later.");
    }

    private async Task<bool> ReadBackAsync(uint node, CancellationToken ct)
    {
        int wrong = 0;
        foreach (string prefix in new[] { "before", "after" })
        {
            for (int i = 0; i < Writes; i++)
            {
                KeyValueEntry? entry = await _running[node].Client.GetAsync(Key(prefix, i), cancellation: ct).ConfigureAwait(false);
                wrong += entry?.ValueText == Value(prefix, i) ? 0 : 1;
            }
        }

        Say("6. Read back", wrong == 0
            ? $"all {2 * Writes} acknowledged keys, read through node {node}, which was away for half of them: every value is right."
            : $"{wrong} of {2 * Writes} acknowledged keys are WRONG. This must not happen: please report it.");
        output.WriteLine();
        output.WriteLine("Your own cluster: 'dengine start --config FILE' on three machines, then 'dengine put KEY VALUE'.");
        return wrong == 0;
    }

    private async Task StartNodeAsync(uint id, CancellationToken ct)
    {
        DEngineOptions options = new()
        {
            Cluster =
            {
                NodeId = id,
                ListenAddress = _members[id - 1].Address,
                InitialCluster = _members,
                DbRootDir = Path.Combine(_directory.FullName, "db"),
                LogDir = Path.Combine(_directory.FullName, "logs"),
            },
        };
        _running[id] = await EmbeddedEngine.StartAsync(options, cancellation: ct).ConfigureAwait(false);
    }

    private void Say(string step, string text) => output.WriteLine($"{step,-19} {text}");

    private static string Since(long start) => $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms";

    private static string Key(string prefix, int i) => $"{prefix}/{i:000}";

    private static string Value(string prefix, int i) => $"value {i} written {prefix}";

    /// <summary>All held at once, so that they differ.</summary>
    private static int[] FreePorts()
    {
        Socket[] holders = [.. Enumerable.Range(0, Nodes).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];
        try
        {
            return [.. holders.Select(holder =>
            {
                holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                return ((IPEndPoint)holder.LocalEndPoint!).Port;
            })];
        }
        finally
        {
            foreach (Socket holder in holders)
                holder.Dispose();
        }
    }
}
