using Xunit.Abstractions;

namespace DEngine.Server.Tests.Rounds;

public sealed class RoundsTests(ITestOutputHelper output)
{
    private const string FinalRead = """{"process":1,"type":"ok","f":"read","key":"hot/0","value":""";

    [Fact]
    public async Task Three_processes_are_one_copy_through_rounds_of_kill_9_and_restart()
    {
        RoundsPlan plan = RoundsPlan.FromEnvironment();
        string history = plan.HistoryPath ?? Path.Combine(Path.GetTempPath(), $"dengine-rounds-{Guid.NewGuid():N}.jsonl");
        await using RoundsRun run = new(plan, output.WriteLine);
        Judgement judgement = await run.RunAsync(history);
        Assert.True(judgement.IsGood, $"seed {plan.Seed}, history kept in {history}: {judgement}");
        if (plan.HistoryPath is null) File.Delete(history);
    }

    [Fact]
    public void A_history_with_one_value_changed_is_refused()
    {
        string path = Path.GetTempFileName();
        string[] lines =
        [
            """{"process":0,"type":"invoke","f":"write","key":"hot/0","value":"0-1","time":100}""",
            """{"process":1,"type":"invoke","f":"write","key":"hot/0","value":"1-1","time":150}""",
            """{"process":0,"type":"ok","f":"write","key":"hot/0","value":"0-1","time":200}""",
            """{"process":1,"type":"info","f":"write","key":"hot/0","value":"1-1","time":300}""",
            """{"process":0,"type":"invoke","f":"cas","key":"hot/0","value":["0-1","0-2"],"time":400}""",
            """{"process":0,"type":"ok","f":"cas","key":"hot/0","value":["0-1","0-2"],"time":500}""",
            """{"process":1,"type":"invoke","f":"read","key":"hot/0","value":null,"time":600}""",
            FinalRead + "\"0-2\",\"time\":700}",
        ];
        try
        {
            Assert.True(Judged().IsGood);
            lines[^1] = FinalRead + "\"1-1\",\"time\":700}";
            Assert.True(Judged().IsGood, "the write whose end is unknown may have happened late");
            lines[^1] = FinalRead + "\"0-1\",\"time\":700}";
            Assert.False(Judged().IsGood, "a stale read");
            lines[^1] = FinalRead + "null,\"time\":700}";
            Assert.False(Judged().IsGood, "a lost write");
        }
        finally
        {
            File.Delete(path);
        }

        Judgement Judged()
        {
            File.WriteAllLines(path, lines);
            return Judgement.Of(path, new Dictionary<string, string>(), []);
        }
    }

    [Fact]
    public void An_acknowledged_key_that_one_node_does_not_have_is_refused()
    {
        string path = Path.GetTempFileName();
        Dictionary<string, string> acknowledged = new() { ["unique/0/1"] = "0-1", ["unique/0/2"] = "0-2" };
        Dictionary<string, string> all = new(acknowledged) { ["unique/1/1"] = "written, and never acknowledged" };
        Dictionary<string, string> less = new(all);
        less.Remove("unique/0/2");
        Assert.True(Judgement.Of(path, acknowledged, [all, all, all]).IsGood);
        Judgement judgement = Judgement.Of(path, acknowledged, [all, less, all]);
        Assert.False(judgement.IsGood);
        Assert.Equal(["unique/0/2"], judgement.Lost);
        File.Delete(path);
    }
}
