using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace DEngine.Server.Tests.Processes;

/// <summary>What has happened on the disk when a client is told that its write is done, by the system calls of a real node.</summary>
public sealed class AcknowledgementTests
{
    private const string Value = "a value that is looked for";

    /// <summary>Records written and synced, then the commit that speaks of them written and synced, then the answer.</summary>
    [StraceFact]
    public async Task A_log_on_FASTER_has_synced_the_entry_and_the_commit_before_the_client_hears()
    {
        List<string> calls = await TraceOnePutAsync("faster");
        int written = Next(calls, 0, call => IsOf(call, "pwrite64", ".seg") && call.Contains(Value, StringComparison.Ordinal));
        int synced = Next(calls, written, call => IsOf(call, "fdatasync", ".seg") && IsDone(call));
        int committed = Next(calls, synced, call => IsOf(call, "pwrite64", "faster-log.commit"));
        int commitSynced = Next(calls, committed, call => IsOf(call, "fdatasync", "faster-log.commit") && IsDone(call));
        Next(calls, commitSynced, IsAnswer);
        Assert.Equal(-1, calls.FindIndex(0, commitSynced, call => IsAnswer(call)));
    }

    [StraceFact]
    public async Task The_write_ahead_log_has_synced_the_entry_before_the_client_hears()
    {
        List<string> calls = await TraceOnePutAsync("wal");
        int written = Next(calls, 0, call => IsOf(call, "pwrite64", "/wal-") && call.Contains(Value, StringComparison.Ordinal));
        int synced = Next(calls, written, call => IsOf(call, "fdatasync", "/wal-") && IsDone(call));
        Next(calls, synced, IsAnswer);
        Assert.Equal(-1, calls.FindIndex(0, synced, call => IsAnswer(call)));
    }

    private static bool IsOf(string call, string name, string file) =>
        call.StartsWith(name + "(", StringComparison.Ordinal) && call[..call.IndexOf('>', StringComparison.Ordinal)].Contains(file, StringComparison.Ordinal);

    private static bool IsDone(string call) => call.EndsWith("= 0", StringComparison.Ordinal);

    private static bool IsAnswer(string call) =>
        call.StartsWith("send", StringComparison.Ordinal) && call.Contains("revision", StringComparison.Ordinal);

    private static int Next(List<string> calls, int from, Predicate<string> which)
    {
        int found = calls.FindIndex(from, which);
        Assert.True(found >= 0, $"not found behind line {from} of {calls.Count}:\n{string.Join('\n', calls.Skip(Math.Max(0, from - 5)).Take(60))}");
        return found;
    }

    private static async Task<List<string>> TraceOnePutAsync(string log)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("dengine-strace-");
        try
        {
            int port = FreePorts.Take(1)[0];
            string config = Path.Combine(directory.FullName, "n1.toml"), output = Path.Combine(directory.FullName, "calls");
            await File.WriteAllTextAsync(config, $$"""
                [cluster]
                node_id = 1
                listen_address = "127.0.0.1:{{port}}"
                initial_cluster = [{ id = 1, address = "127.0.0.1:{{port}}" }]
                db_root_dir = "{{directory.FullName}}/db"
                log_dir = "{{directory.FullName}}/logs"
                [storage]
                log = "{{log}}"
                """);
            const string calls = "pwrite64,fsync,fdatasync,sendto,sendmsg";
            using Process node = Strace.Start(output, calls, Path.Combine(AppContext.BaseDirectory, "dengine"), "start", $"CONFIG_PATH={config}");
            Task<string> said = node.StandardOutput.ReadToEndAsync(), saidWrong = node.StandardError.ReadToEndAsync();
            await PutAsync(port);
            string child = await File.ReadAllTextAsync($"/proc/{node.Id}/task/{node.Id}/children");
            using (Process kill = Process.Start("kill", ["-TERM", child.Trim()])) await kill.WaitForExitAsync();
            await node.WaitForExitAsync().WaitAsync(RealCluster.Patience);
            await Task.WhenAll(said, saidWrong);
            return Strace.Read(output);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task PutAsync(int port)
    {
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = RealCluster.Patience };
        DateTime deadline = DateTime.UtcNow + RealCluster.Patience;
        while (true)
        {
            try
            {
                using StringContent body = new($$"""{"key":"k","value":"{{Value}}"}""", Encoding.UTF8);
                using HttpResponseMessage put = await http.PostAsync(new Uri($"http://127.0.0.1:{port}/put"), body);
                if (put.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException error) when (error.InnerException is SocketException && DateTime.UtcNow < deadline)
            {
                // It does not listen yet.
            }

            Assert.True(DateTime.UtcNow < deadline, "the node took no write");
            await Task.Delay(50);
        }
    }
}
