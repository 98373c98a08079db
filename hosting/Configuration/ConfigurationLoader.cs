using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary>
/// Reads a node's configuration. Never throws for what is in a file, a variable or an option: that is what mistakes are for. Makes the
/// configured directories if they are missing, because that is how it finds out whether it can. Any thread.
/// </summary>
public static class ConfigurationLoader
{
    private const string SyntaxField = "syntax";

    /// <summary>The file, overridden by the environment, overridden by the command line, all of it checked.</summary>
    /// <param name="path">A file, a file without its .toml, or a directory with exactly one .toml file in it.</param>
    /// <param name="environment">
    /// All of the process's variables; those that begin with DENGINE__ are fields: DENGINE__CLUSTER__NODE_ID=2 is cluster.node_id.
    /// </param>
    /// <param name="commandLineOverrides">Paths of fields, with or without leading dashes, and their values as text.</param>
    /// <returns>Options with absolute directories, or every mistake there is.</returns>
    public static ConfigurationResult Load(
        string path,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<KeyValuePair<string, string>> commandLineOverrides)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(commandLineOverrides);

        ConfigurationFile file = ConfigurationFile.Read(path);
        TomlDocument document = file.Document;
        ConfigurationLedger ledger = new(new ConfigurationOrigin(file.Name, file.Mistake is null ? 1 : null)) { IsIncomplete = document.IsIncomplete };
        if (file.Mistake is { } mistake)
            ledger.Report(new ConfigurationOrigin(mistake.Source, mistake.Line), mistake.Field, mistake.Found, mistake.Allowed);
        foreach (TomlError error in document.Errors)
        {
            string found = $"{error.Found} (column {error.Position.Column})";
            ledger.Report(new ConfigurationOrigin(file.Name, error.Position.Line), SyntaxField, found, error.Allowed);
        }

        DEngineOptions options = new();
        BindingScope top = new(ledger, file.Name, hasLines: true, path: "");
        ConfigurationBinder.BindGiven(ConfigurationSchema.Fields, document.Root, options, top, []);
        ConfigurationOverrides overrides = new(options, ledger);
        overrides.ApplyEnvironment(environment);
        overrides.ApplyCommandLine(commandLineOverrides);
        ReportMissing(document.Root, file.Name, ledger);
        new ConfigurationChecks(options, ledger).Run();

        if (!ledger.HasMistakes)
            MakeDirectoriesAbsolute(options.Cluster);
        return new ConfigurationResult(ledger.HasMistakes ? null : options, ledger.Mistakes, ledger.Notices);
    }

    /// <summary>The same checks for options filled by hand. The result's options are the given ones, unchanged.</summary>
    public static ConfigurationResult Check(DEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        const string source = "options";
        ConfigurationLedger ledger = new(new ConfigurationOrigin(source, null)) { NamesDefaults = false };
        ConfigurationBinder.Judge(ConfigurationSchema.Fields, options, new BindingScope(ledger, source, hasLines: false, path: ""));
        new ConfigurationChecks(options, ledger).Run();
        return new ConfigurationResult(ledger.HasMistakes ? null : options, ledger.Mistakes, ledger.Notices);
    }

    /// <summary>Placed at the header of the table that the field belongs in, if there is one.</summary>
    private static void ReportMissing(TomlTable root, string file, ConfigurationLedger ledger)
    {
        if (ledger.IsIncomplete)
            return;

        foreach (ConfigurationField<DEngineOptions> field in ConfigurationSchema.Fields)
        {
            if (!field.IsRequired || ledger.IsGiven(field.Path))
                continue;

            string section = field.Path[..field.Path.IndexOf('.', StringComparison.Ordinal)];
            int line = root.TryGet(section, out TomlEntry? entry) ? entry.KeyPosition.Line : 1;
            ledger.Break(field.Path);
            ledger.Report(new ConfigurationOrigin(file, line), field.Path, "nothing", $"{field.Range} (required)");
        }
    }

    /// <summary>A later change of the working directory must not move the data.</summary>
    private static void MakeDirectoriesAbsolute(ClusterOptions cluster)
    {
        cluster.DbRootDir = Path.GetFullPath(cluster.DbRootDir);
        cluster.LogDir = Path.GetFullPath(cluster.LogDir);
    }
}
