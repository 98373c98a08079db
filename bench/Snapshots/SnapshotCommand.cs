using System.Diagnostics;
using System.Globalization;

namespace DEngine.Bench;

/// <summary>
/// What writers see while a large state is written to a snapshot by the leader, and while that snapshot is installed on a follower that has fallen behind
/// the compacted log; what it costs the leader in memory; and what is sent when the connection is cut half way and the follower is killed later.
/// </summary>
internal sealed class SnapshotCommand(SnapshotPlan plan)
{
    private const int Connections = 6;
    private const double LatencyRatioMax = 3, BytesRatioMax = 1.2, MemoryRatioMax = 1.5;
    private const string Before = "before", Saving = "leader saves", Behind = "follower is behind", Starting = "follower starts", Sending = "leader sends", Building = "follower builds", After = "after";
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(20), Patience = TimeSpan.FromMinutes(8);

    private StatefulCluster _cluster = null!;
    private SteadyLoad _load = null!;
    private long _savedAt;

    /// <summary>0: every bound was kept; 1: one was not.</summary>
    public static async Task<int> RunAsync(SnapshotPlan plan, CancellationToken cancellation)
    {
        await using StatefulCluster cluster = await StatefulCluster.StartAsync(plan.State, cancellation);
        var clients = new List<DEngineClient>();
        try
        {
            string[] serving = [.. cluster.ServingEndpoints];
            for (int i = 0; i < Connections; i++) clients.Add(DEngineClient.Connect(serving[i % serving.Length]));
            return await new SnapshotCommand(plan) { _cluster = cluster, _load = new SteadyLoad(clients, plan) }.RunAsync(cancellation);
        }
        finally
        {
            foreach (DEngineClient client in clients) await client.DisposeAsync();
        }
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _cluster.StopLateFollower();
        Console.WriteLine($"a follower killed; {plan.WritesPerSecond:N0} writes a second from here on, whether or not they are answered");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        Task load = _load.RunAsync(stop.Token), memory = WatchMemoryAsync(stop.Token);
        long sent;
        try
        {
            await SaveAsync(patience.Token);
            sent = await InstallAsync(patience.Token);
            _load.Enter(After);
            await Task.Delay(plan.Pause, patience.Token);
            _load.Enter("end");
            if (Stopwatch.GetElapsedTime(_savedAt).TotalSeconds > plan.CalmSeconds) Console.WriteLine("The next snapshot has been written meanwhile: take more --seconds.");
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(load, memory);
        }

        return await ReportAsync(sent, cancellation);
    }

    private async Task SaveAsync(CancellationToken cancellation)
    {
        await Task.Delay(SnapshotPlan.WarmUp, cancellation);
        _load.Enter(Before);
        NodeView first = await LeaderAsync(cancellation);
        while (!_cluster.IsLeaderSaving) await Task.Delay(Watch, cancellation);
        _load.Enter(Saving);
        long begun = Stopwatch.GetTimestamp();
        while ((await LeaderAsync(cancellation)).SnapshotIndex == first.SnapshotIndex) await Task.Delay(Watch, cancellation);
        _load.Enter(Behind);
        _savedAt = Stopwatch.GetTimestamp();
        Console.WriteLine($"the leader has saved {_cluster.SnapshotBytes >> 20:N0} MiB in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
        await Task.Delay(plan.Pause, cancellation);
    }

    /// <summary>Bytes that were sent to the follower until it had caught up.</summary>
    private async Task<long> InstallAsync(CancellationToken cancellation)
    {
        long from = _cluster.LateProxy.BytesSent, size = _cluster.SnapshotBytes;
        await StartFollowerAsync(cancellation);
        _load.Enter(Sending);
        long begun = Stopwatch.GetTimestamp();
        NodeView leader = await LeaderAsync(cancellation);

        await SentAsync(from + (size / 2), cancellation);
        _cluster.LateProxy.Cut();
        Console.WriteLine($"half of it sent after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s: connection cut for a second");
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        _cluster.LateProxy.Mend();

        await SentAsync(from + (size * 3 / 4), cancellation);
        _cluster.StopLateFollower();
        Console.WriteLine($"three quarters of it sent after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s: follower killed and started again");
        await StartFollowerAsync(cancellation);
        _load.Enter(Sending);
        await SentAsync(from + size, cancellation);
        _load.Enter(Building);
        while (await _cluster.AskAsync(_cluster.LateEndpoint, cancellation) is not { } view
            || view.SnapshotIndex < leader.SnapshotIndex || view.AppliedIndex < leader.CommitIndex)
        {
            _cluster.LateFollower.ThrowIfEnded();
            await Task.Delay(Watch, cancellation);
        }

        Console.WriteLine($"installed and caught up after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s, both interruptions included");
        return _cluster.LateProxy.BytesSent - from;
    }

    /// <summary>Its own state is read back before it listens to anyone.</summary>
    private async Task StartFollowerAsync(CancellationToken cancellation)
    {
        _load.Enter(Starting);
        _cluster.StartLateFollower();
        while (await _cluster.AskAsync(_cluster.LateEndpoint, cancellation) is null)
        {
            _cluster.LateFollower.ThrowIfEnded();
            await Task.Delay(Watch, cancellation);
        }
    }

    private async Task SentAsync(long bytes, CancellationToken cancellation)
    {
        while (_cluster.LateProxy.BytesSent < bytes)
        {
            NodeView? late = await _cluster.AskAsync(_cluster.LateEndpoint, cancellation);
            NodeView leader = await LeaderAsync(cancellation);
            if (late is { } view && view.SnapshotIndex >= leader.SnapshotIndex) throw new InvalidOperationException("The snapshot was there before it could be interrupted: take more --keys.");
            await Task.Delay(1, cancellation);
        }
    }

    private async Task<NodeView> LeaderAsync(CancellationToken cancellation)
    {
        _cluster.Leader.ThrowIfEnded();
        NodeView view = await _cluster.AskAsync(_cluster.LeaderEndpoint, cancellation) ?? throw new IOException("The leader does not answer.");
        return view.Leads ? view : throw new InvalidOperationException("Another node leads by now: the numbers would not say what they are to say.");
    }

    private async Task WatchMemoryAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            _load.AddMemory(_cluster.Leader.ResidentBytes);
            await Task.Delay(100, CancellationToken.None);
        }
    }

    private async Task<int> ReportAsync(long sent, CancellationToken cancellation)
    {
        long size = _cluster.SnapshotBytes;
        Dictionary<string, Phase> phases = _load.Phases.ToDictionary(phase => phase.Name, StringComparer.Ordinal);
        double before = phases[Before].Latencies.Quantile(0.99).TotalMilliseconds;
        Console.WriteLine();
        Console.WriteLine("| phase | seconds | writes | p50 | p99 | p99 / before | longest | leader's memory, most |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (Phase phase in _load.Phases.SkipLast(1))
        {
            double p99 = phase.Latencies.Quantile(0.99).TotalMilliseconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {phase.Name} | {phase.Duration.TotalSeconds:0.0} | {phase.Latencies.Count:N0} | {phase.Latencies.Quantile(0.5).TotalMilliseconds:0.0} ms | {p99:0.0} ms | "
                + $"{p99 / before:0.00} | {phase.Longest.TotalMilliseconds:0} ms | {phase.ResidentBytesMax >> 20:N0} MiB |"));
        }

        Console.WriteLine();
        NodeView leader = await LeaderAsync(cancellation);
        Console.WriteLine($"most memory: leader {_cluster.Leader.PeakResidentBytes >> 20:N0} MiB, follower while installing {_cluster.LateFollower.PeakResidentBytes >> 20:N0} MiB");
        if (_load.Failures is { Count: > 0 } failures) Console.WriteLine($"{failures.Count:N0} writes failed, the last one because: {failures.Last}");
        bool good = Judge("p99 while the leader saves / before", phases[Saving].Latencies.Quantile(0.99).TotalMilliseconds / before, LatencyRatioMax);
        good &= Judge("p99 while the leader sends / before", phases[Sending].Latencies.Quantile(0.99).TotalMilliseconds / before, LatencyRatioMax);
        good &= Judge("p99 while the follower builds / before", phases[Building].Latencies.Quantile(0.99).TotalMilliseconds / before, LatencyRatioMax);
        good &= Judge("leader's memory while it saves / before", (double)phases[Saving].ResidentBytesMax / phases[Before].ResidentBytesMax, MemoryRatioMax);
        good &= Judge("leader's memory while it sends / before", (double)phases[Sending].ResidentBytesMax / phases[Before].ResidentBytesMax, MemoryRatioMax);
        good &= Judge("bytes sent to the follower / snapshot", (double)sent / size, BytesRatioMax);
        good &= Judge("writes that failed", _load.Failures.Count, 0);
        Console.WriteLine($"entries that the follower had missed of the compacted log are gone from it: it begins at {leader.FirstIndex:N0}");
        return good ? 0 : 1;
    }

    private static bool Judge(string what, double ratio, double most)
    {
        bool isKept = ratio <= most;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isKept ? "kept  " : "BROKEN")} {what}: {ratio:0.00}, at most {most:0.0}"));
        return isKept;
    }
}
