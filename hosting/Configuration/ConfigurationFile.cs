using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary>The file that a path means, and what is in it. <see cref="Mistake"/> is null exactly when it could be read.</summary>
internal sealed record ConfigurationFile(string Name, TomlDocument Document, ConfigurationMistake? Mistake)
{
    /// <summary>Thousands of times the size of any real one.</summary>
    public const int BytesMax = 1 << 20;

    private const string Extension = ".toml";
    private const int CandidatesShownMax = 8;
    private const string Wanted = "a file, a file without its .toml, or a directory with one .toml file in it";

    public static ConfigurationFile Read(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return Unusable("configuration", "no path", Wanted);
        if (File.Exists(path))
            return ReadFile(path);
        if (Directory.Exists(path))
            return ReadDirectory(path);
        return File.Exists(path + Extension) ? ReadFile(path + Extension) : Unusable(path, "no such file", Wanted + Nearby(path));
    }

    private static ConfigurationFile ReadFile(string name)
    {
        try
        {
            using FileStream stream = File.OpenRead(name);
            if (stream.Length > BytesMax)
                return Unusable(name, $"{stream.Length} bytes", $"at most {BytesMax} bytes");

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new ConfigurationFile(name, TomlReader.Read(bytes), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Unusable(name, $"a file that cannot be read ({e.Message.ReplaceLineEndings(" ")})", Wanted);
        }
    }

    private static ConfigurationFile ReadDirectory(string directory)
    {
        List<string> candidates = Candidates(directory);
        return candidates.Count switch
        {
            1 => ReadFile(candidates[0]),
            0 => Unusable(directory, "a directory without a .toml file", Wanted),
            _ => Unusable(directory, $"{candidates.Count} .toml files", $"one of them: {Show(candidates)}"),
        };
    }

    private static string Nearby(string path)
    {
        string parent = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        List<string> candidates = Candidates(parent);
        return candidates.Count == 0 ? "" : $"; beside it: {Show(candidates)}";
    }

    private static List<string> Candidates(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*" + Extension).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    private static string Show(List<string> candidates) =>
        string.Join(", ", candidates.Take(CandidatesShownMax)) + (candidates.Count > CandidatesShownMax ? ", …" : "");

    /// <summary>Nothing of it is known, so nothing in it can be missing.</summary>
    private static ConfigurationFile Unusable(string name, string found, string allowed) =>
        new(name, TomlReader.Read("") with { IsIncomplete = true }, new ConfigurationMistake(name, null, "", found, allowed));
}
