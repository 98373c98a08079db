using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary>Fields given outside the file: each one by its whole path, its value as text.</summary>
internal sealed class ConfigurationOverrides(DEngineOptions options, ConfigurationLedger ledger)
{
    private const string Prefix = "DENGINE__";
    private const string Separator = "__";

    /// <summary>DENGINE__CLUSTER__NODE_ID. In the order of their names, so that messages do not depend on the environment's.</summary>
    public void ApplyEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        Dictionary<string, string> setBy = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string text) in environment.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                continue;

            string path = name[Prefix.Length..].Replace(Separator, ".", StringComparison.Ordinal);
            if (!setBy.TryAdd(path, name))
                ledger.Report(new ConfigurationOrigin(name, null), path, "the same field again", $"one variable for it: {setBy[path]} is set as well");
            else
                Apply(name, path, text, known => Prefix + known.Replace(".", Separator, StringComparison.Ordinal).ToUpperInvariant());
        }
    }

    /// <summary>cluster.node_id or --cluster.node-id; of several for one field the last counts.</summary>
    public void ApplyCommandLine(IReadOnlyList<KeyValuePair<string, string>> overrides)
    {
        foreach ((string key, string text) in overrides)
        {
            string name = key.TrimStart('-');
            Apply($"--{name}", name.Replace('-', '_'), text, known => $"--{known}");
        }
    }

    private void Apply(string source, string path, string text, Func<string, string> showKnown)
    {
        ConfigurationField<DEngineOptions>? field =
            ConfigurationSchema.Fields.FirstOrDefault(f => f.Path.Equals(path, StringComparison.OrdinalIgnoreCase));
        if (field is null)
        {
            string nearest = NearestName.Of(path, ConfigurationSchema.Fields.Select(f => f.Path));
            ledger.Report(new ConfigurationOrigin(source, null), path, "an unknown name", $"the nearest known name is {showKnown(nearest)}");
            return;
        }

        field.Bind(options, ToValue(field, text), new BindingScope(ledger, source, hasLines: false, field.Path));
    }

    /// <summary>Text stands for itself; anything else is written as in the file, True and FALSE allowed. What is neither is shown as the text it is.</summary>
    private static TomlValue ToValue(ConfigurationField<DEngineOptions> field, string text)
    {
        TomlString verbatim = new(default, text);
        if (field.IsText)
            return verbatim;
        return TomlReader.ReadValue(bool.TryParse(text, out bool flag) ? (flag ? "true" : "false") : text.Trim()) ?? verbatim;
    }
}
