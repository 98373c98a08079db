using System.Collections;
using DEngine.Configuration;

namespace DEngine.Server.Running;

/// <summary>
/// What <c>dengine start</c> was told, from all sides. A positional NAME=VALUE is as on the line of a shell: CONFIG_PATH names the file,
/// DENGINE__SECTION__FIELD or section.field overrides a field; so <c>pkill -f CONFIG_PATH=config/n1</c> finds a node by its configuration.
/// </summary>
internal static class StartSettings
{
    public const string PathVariable = "CONFIG_PATH";

    private const string FieldPrefix = "DENGINE__";

    /// <summary>The configuration, or one line for each mistake.</summary>
    public static (ConfigurationResult? Result, IReadOnlyList<string> Mistakes) Load(string? configOption, IReadOnlyList<string> assignments)
    {
        List<string> mistakes = [];
        string? path = configOption;
        List<KeyValuePair<string, string>> overrides = [];
        foreach (string assignment in assignments)
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? assignment : assignment[..equals];
            if (equals <= 0)
                mistakes.Add($"\"{assignment}\": found no NAME=VALUE, allowed: CONFIG_PATH=…, DENGINE__SECTION__FIELD=… or section.field=…");
            else if (name == PathVariable && path is not null)
                mistakes.Add($"{PathVariable}: found a second configuration, allowed: one, {path} is given as well");
            else if (name == PathVariable)
                path = assignment[(equals + 1)..];
            else
                overrides.Add(new(FieldOf(name), assignment[(equals + 1)..]));
        }

        path ??= Environment.GetEnvironmentVariable(PathVariable);
        if (path is null)
            mistakes.Add("no configuration: name it with --config FILE or CONFIG_PATH=FILE");
        if (mistakes.Count > 0)
            return (null, mistakes);

        ConfigurationResult result = ConfigurationLoader.Load(path!, EnvironmentVariables(), overrides);
        return (result, [.. result.Mistakes.Select(m => m.ToString())]);
    }

    private static string FieldOf(string name) => name.StartsWith(FieldPrefix, StringComparison.OrdinalIgnoreCase)
        ? name[FieldPrefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant()
        : name;

    private static Dictionary<string, string> EnvironmentVariables()
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }
}
