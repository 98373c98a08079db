using System.Text.Json;

namespace DEngine.Bench;

/// <summary>bench/allocation-budget.json: for each workload the bytes that one run of it may allocate.</summary>
internal static class BudgetFile
{
    private const string Name = "bench/allocation-budget.json";

    /// <summary>The file of the tree that this program was built from: what was copied beside it could be an older one.</summary>
    public static string Find()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string path = Path.Combine(directory.FullName, Name);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException($"{Name} is not above {AppContext.BaseDirectory}: run it from a clone, or name the file.");
    }

    public static Dictionary<string, double> Read(string path) =>
        JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path)) ?? [];
}
