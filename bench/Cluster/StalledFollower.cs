using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DEngine.Bench;

/// <summary>
/// What writers lose when a follower stands still (SIGSTOP) with its connections open, and how long it takes to catch up when it goes on. Writers talk to
/// the two other nodes, so that nothing is measured but what the leader pays for a peer that does not answer.
/// </summary>
internal sealed class StalledFollower(TimeSpan warmUp, TimeSpan duration)
{
    private const int Writers = 100;
    private const int Connections = 6;
    private static readonly TimeSpan CatchUpPatience = TimeSpan.FromMinutes(1);

    public async Task RunAsync(string executable, CancellationToken cancellation)
    {
        Console.WriteLine();
        Console.WriteLine("A follower that stands still. Writers are connected to the leader and to the other follower.");
        using ServerCluster cluster = await ServerCluster.StartAsync(executable, cancellation);
        var clients = new List<DEngineClient>();
        try
        {
            for (int i = 0; i < Connections; i++) clients.Add(DEngineClient.Connect(cluster.Endpoints[i % 2]));
            var target = new KeyValueTarget([.. clients]);
            var generator = new LoadGenerator(warmUp, duration, cluster.ProcessorTimes);

            // Nothing but compiled code on all three nodes is compared.
            await generator.RunAsync(new Scenario("warm-up", Writers, target.Put), cancellation);
            ResultTable.WriteHeader("leader", "follower", "stopped one");
            double before = await MeasureAsync(generator, "all up", target, cancellation);
            cluster.LastFollower.Pause();
            double stopped = await MeasureAsync(generator, "one follower stopped", target, cancellation);
            long missed = await CatchUpAsync(cluster, stopped / before, cancellation);
            await MeasureAsync(generator, "all up again", target, cancellation);
            if (missed == 0) throw new InvalidOperationException("The follower missed nothing, so it was not stopped.");
        }
        finally
        {
            foreach (DEngineClient client in clients) await client.DisposeAsync();
        }
    }

    private static async Task<double> MeasureAsync(LoadGenerator generator, string when, KeyValueTarget target, CancellationToken cancellation)
    {
        string name = $"put, {Writers} writers, {when}";
        LoadResult result = await generator.RunAsync(new Scenario(name, Writers, target.Put), cancellation);
        ResultTable.WriteName(name);
        ResultTable.WriteRest(result);
        return result.PerSecond;
    }

    /// <summary>How many entries the follower had missed.</summary>
    private static async Task<long> CatchUpAsync(ServerCluster cluster, double ratio, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = CatchUpPatience };
        long committed = await IndexAsync(http, cluster.Endpoints[0], "commit_index", cancellation);
        long begun = Stopwatch.GetTimestamp();
        cluster.LastFollower.Continue();
        long first = await IndexAsync(http, cluster.LastFollower.Endpoint, "applied_index", cancellation);
        long applied = first;
        while (applied < committed)
        {
            if (Stopwatch.GetElapsedTime(begun) > CatchUpPatience) throw new IOException($"The follower is at {applied} of {committed} entries after a minute.");
            await Task.Delay(10, cancellation);
            applied = await IndexAsync(http, cluster.LastFollower.Endpoint, "applied_index", cancellation);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        string share = ratio.ToString("0.00", CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| stopped / all up: {share}; caught up {committed - first:N0} entries {took.TotalMilliseconds:0} ms after SIGCONT |"));
        return committed - first;
    }

    private static async Task<long> IndexAsync(HttpClient http, string endpoint, string name, CancellationToken cancellation)
    {
        using JsonDocument answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://{endpoint}/cluster"), cancellation));
        return answer.RootElement.GetProperty(name).GetInt64();
    }
}
