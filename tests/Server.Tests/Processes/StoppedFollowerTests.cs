using System.Text;

namespace DEngine.Server.Tests.Processes;

public sealed class StoppedFollowerTests
{
    private const int Writes = 50;

    [Fact]
    public async Task A_follower_that_stands_still_holds_nobody_up_and_catches_up_by_itself()
    {
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        int leader = await cluster.LeaderAsync();
        int stopped = (leader % 3) + 1;
        int other = (stopped % 3) + 1;
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = RealCluster.Patience };

        await cluster[stopped].SignalAsync("STOP");
        for (int i = 0; i < Writes; i++)
        {
            using StringContent body = new($$"""{"key":"k{{i}}","value":"v{{i}}"}""", Encoding.UTF8);
            using HttpResponseMessage put = await http.PostAsync(new Uri($"http://{cluster.Addresses[(i % 2 == 0 ? leader : other) - 1]}/put"), body);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        }

        // Only the follower itself answers an eventual read: what it says is what it has.
        await cluster[stopped].SignalAsync("CONT");
        for (int i = 0; i < Writes; i++)
        {
            Uri get = new($"http://{cluster.Addresses[stopped - 1]}/get?consistency=eventual&key=k{i}");
            Assert.Equal($"v{i}", await ValueAsync(http, get));
        }
        Assert.Equal(leader, await cluster.LeaderAsync());
    }

    /// <summary>As soon as there is one.</summary>
    private static async Task<string?> ValueAsync(HttpClient http, Uri get)
    {
        DateTime deadline = DateTime.UtcNow + RealCluster.Patience;
        while (true)
        {
            Http.Answer answer;
            using (HttpResponseMessage response = await http.GetAsync(get)) answer = await Http.Answer.Of(response);
            if (answer.Code == 200) return answer.Field("value").GetString();
            if (DateTime.UtcNow > deadline) return null;
            await Task.Delay(20);
        }
    }
}
