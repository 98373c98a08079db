using System.Reflection;
using System.Runtime.CompilerServices;
using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Configuration;

public sealed class SchemaTests
{
    [Fact]
    public void Each_field_is_in_the_table_once_and_says_what_it_decides()
    {
        Assert.Distinct(ConfigurationSchema.Fields.Select(f => f.Path), StringComparer.OrdinalIgnoreCase);
        Assert.All(ConfigurationSchema.Fields, f => Assert.EndsWith(".", f.Summary, StringComparison.Ordinal));
        Assert.All(ConfigurationSchema.Fields, f => Assert.DoesNotContain("__", f.Path, StringComparison.Ordinal));
    }

    /// <summary>An option that no field sets would be a promise that no file can keep.</summary>
    [Fact]
    public void There_are_as_many_fields_as_options()
    {
        int options = typeof(DEngineOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Sum(section => section.PropertyType.GetProperties(BindingFlags.Public | BindingFlags.Instance).Length);
        Assert.Equal(options, ConfigurationSchema.Fields.Count);
    }

    [Fact]
    public void The_nearest_name_is_by_fewest_changes_and_forgives_the_wrong_table()
    {
        string Nearest(string name) => NearestName.Of(name, ConfigurationSchema.Fields.Select(f => f.Path));
        Assert.Equal("cluster.node_id", Nearest("cluster.nodeid"));
        Assert.Equal("cluster.node_id", Nearest("cluster.NODE_ID"));
        Assert.Equal("cluster.node_id", Nearest("node_id"));
        Assert.Equal("cluster.initial_cluster", Nearest("cluster.initial_cluster_size"));
        Assert.Equal("raft.read_consistency.lease_duration_ms", Nearest("raft.lease_duration_ms"));
        Assert.Equal("raft.persistence.flush_workers", Nearest("raft.persistence.flush_worker"));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("flaw", "lawn", 2)]
    public void Distance_counts_insertions_deletions_and_replacements(string from, string to, int expected) =>
        Assert.Equal(expected, NearestName.Distance(from, to));

    /// <summary>Run once with DENGINE_REWRITE=1 to write the page anew.</summary>
    [Fact]
    public void The_reference_page_is_what_the_table_says()
    {
        string page = Path.Combine(Repository(), "docs", "configuration.md");
        if (Environment.GetEnvironmentVariable("DENGINE_REWRITE") == "1")
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(page)!);
            File.WriteAllText(page, ConfigurationReference.ToMarkdown());
        }
        Assert.Equal(ConfigurationReference.ToMarkdown(), File.ReadAllText(page));
    }

    [Fact]
    public void The_reference_page_has_every_field()
    {
        string page = ConfigurationReference.ToMarkdown();
        Assert.All(ConfigurationSchema.Fields, f => Assert.Contains($"| `{f.Path[(f.Path.LastIndexOf('.') + 1)..]}` |", page, StringComparison.Ordinal));
        Assert.Contains("| `election_timeout_min` | integer | `1000` | ms | 10 to 60000 |", page, StringComparison.Ordinal);
        Assert.Contains("| `status` | name | `\"active\"` |", page, StringComparison.Ordinal);
    }

    private static string Repository([CallerFilePath] string source = "")
    {
        DirectoryInfo? directory = new(File.Exists(source) ? Path.GetDirectoryName(source)! : AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "DEngine.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
