using System.Diagnostics;
using System.Globalization;

namespace DEngine.Bench;

/// <summary>How long nodes take to serve again with a long log behind their snapshot, beside how long it takes merely to read that log's files.</summary>
internal sealed class RestartCommand(StatefulCluster cluster, int entries)
{
    private const int Keys = 100_000, ValueBytes = 100, Writers = 400, Connections = 6;
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(5);

    public static async Task<int> RunAsync(string executable, int entries, CancellationToken cancellation)
    {
        var state = new StartingState(executable, Keys, ValueBytes, EntriesBeforeSnapshot: 100_000_000);
        await using StatefulCluster cluster = await StatefulCluster.StartAsync(state, cancellation);
        await new RestartCommand(cluster, entries).RunAsync(cancellation);
        return 0;
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        await FillAsync(cancellation);
        NodeView leader = await cluster.AskAsync(cluster.LeaderEndpoint, cancellation) ?? throw new IOException("The leader does not answer.");
        cluster.StopLateFollower();
        (long bytes, TimeSpan read) = ReadLog();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{leader.CommitIndex - leader.SnapshotIndex:N0} entries behind the snapshot; {bytes >> 20:N0} MiB of log, read in {read.TotalMilliseconds:0} ms from the operating system's cache"));

        long begun = Stopwatch.GetTimestamp();
        cluster.StartLateFollower();
        TimeSpan answers = await UntilAsync(begun, cluster.LateEndpoint, static _ => true, cancellation), work = cluster.LateFollower.ProcessorTime;
        TimeSpan applied = await UntilAsync(begun, cluster.LateEndpoint, view => view.AppliedIndex >= leader.CommitIndex, cancellation);
        TimeSpan allWork = cluster.LateFollower.ProcessorTime;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a follower, killed and started: answers after {answers.TotalSeconds:0.00} s ({work.TotalSeconds:0.00} s of processor), "
            + $"has applied all of it after {applied.TotalSeconds:0.00} s ({allWork.TotalSeconds:0.00} s); {applied / read:0} times what reading takes"));

        cluster.StopAll();
        begun = Stopwatch.GetTimestamp();
        cluster.StartAll();
        await using (DEngineClient client = Connect(cluster.Endpoints, TimeSpan.FromMinutes(2)))
            await client.PutAsync("restarted"u8.ToArray(), Array.Empty<byte>(), cancellation);
        TimeSpan written = Stopwatch.GetElapsedTime(begun);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"all three, killed and started at once: first write acknowledged after {written.TotalSeconds:0.00} s, election included; {written / read:0} times what reading takes"));
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        var clients = new List<DEngineClient>();
        try
        {
            for (int i = 0; i < Connections; i++) clients.Add(Connect([cluster.LeaderEndpoint], TimeSpan.FromSeconds(30)));
            int left = entries;
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                byte[] key = new byte[16], value = new byte[ValueBytes];
                var random = new Random(writer);
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    StateFile.NameKey(key, random.Next(Keys));
                    await clients[writer % Connections].PutAsync(key, value, cancellation);
                }
            }, cancellation)));
        }
        finally
        {
            foreach (DEngineClient client in clients) await client.DisposeAsync();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries:N0} entries written in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s"));
    }

    private static DEngineClient Connect(IReadOnlyList<string> endpoints, TimeSpan timeout) =>
        new(new DEngineClientOptions { Endpoints = endpoints, RequestTimeout = timeout });

    private (long Bytes, TimeSpan Took) ReadLog()
    {
        byte[] buffer = new byte[1 << 20];
        long bytes = 0, begun = Stopwatch.GetTimestamp();
        foreach (string path in cluster.LateLogFiles)
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            for (int count = file.Read(buffer); count > 0; count = file.Read(buffer)) bytes += count;
        }

        return (bytes, Stopwatch.GetElapsedTime(begun));
    }

    private async Task<TimeSpan> UntilAsync(long begun, string endpoint, Predicate<NodeView> isThere, CancellationToken cancellation)
    {
        while (await cluster.AskAsync(endpoint, cancellation) is not { } view || !isThere(view))
        {
            cluster.LateFollower.ThrowIfEnded();
            await Task.Delay(Watch, cancellation);
        }

        return Stopwatch.GetElapsedTime(begun);
    }
}
