using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Tests.Scenarios;

public sealed class ScenarioFilesTests
{
    public static TheoryData<string> Files => [.. ScenarioFiles.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_scenario_ends_as_its_file_says(string name)
    {
        ScenarioResult result = ScenarioRunner.Run(name, ScenarioFiles.Read(name));
        Assert.True(result.IsAsExpected, result.ToString());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_scenario_says_where_it_was_seen_and_what_is_right_and_is_short(string name)
    {
        string[] lines = ScenarioFiles.Read(name).TrimEnd().Split('\n');
        string[] comment = [.. lines.TakeWhile(line => line.StartsWith('#'))];
        Assert.Contains(comment, line => line.StartsWith("# Seen ", StringComparison.Ordinal));
        Assert.Contains(comment, line => line.StartsWith("# Right: ", StringComparison.Ordinal));
        Assert.InRange(lines.Length, 5, 40);
    }

    [Fact]
    public void The_folder_explains_each_of_its_files()
    {
        string page = File.ReadAllText(ScenarioFiles.PathOf("README.md"));
        Assert.All(ScenarioFiles.Names, name => Assert.Contains($"({name})", page, StringComparison.Ordinal));
    }
}
