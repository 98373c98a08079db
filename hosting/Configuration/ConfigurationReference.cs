using System.Globalization;
using System.Text;

namespace DEngine.Configuration;

/// <summary>The reference page of the configuration, written from the table of fields so that it cannot be out of date.</summary>
internal static class ConfigurationReference
{
    private const string Introduction = """
        # Configuration

        *This page is generated from the table of fields that the node itself reads; a test compares the two.*

        A node is configured by one TOML 1.0 file. `CONFIG_PATH` or `--config` names it: the file, the file without its `.toml`, or a
        directory with exactly one `.toml` file in it.

        - Environment variables override the file: `DENGINE__CLUSTER__NODE_ID=2` is `cluster.node_id`. Two underscores part the names, letters'
          case does not matter, text stands without quotes, everything else is written as in the file. An unknown name is a mistake here too.
        - The command line overrides both.
        - A configuration with a mistake starts nothing: exit code 2 and one line for each mistake, all of them at once, with file, line, field, what was found and
          what is allowed. An unknown name comes with the nearest known one.
        - A field that has no effect in this version is checked like any other, and the node says so at start.
        - Names such as `"LeaseRead"` may be written in any case, with or without `_`.

        A whole file for the first of three nodes:

        ```toml
        [cluster]
        node_id = 1
        listen_address = "127.0.0.1:9081"
        initial_cluster = [
            { id = 1, address = "127.0.0.1:9081", role = 1, status = 2 },
            { id = 2, address = "127.0.0.1:9082", role = 1, status = 2 },
            { id = 3, address = "127.0.0.1:9083", role = 1, status = 2 },
        ]
        ```

        """;

    public static string ToMarkdown()
    {
        StringBuilder page = new(Introduction.ReplaceLineEndings("\n"));
        DEngineOptions defaults = new();
        foreach (IGrouping<string, ConfigurationField<DEngineOptions>> section in ConfigurationSchema.Fields.GroupBy(f => Section(f.Path)))
        {
            AppendTable(page, $"## [{section.Key}]", section, defaults, f => Name(f.Path));
            if (section.Key == Section(FieldPaths.InitialCluster))
                AppendTable(page, "### In each table of `initial_cluster`", ConfigurationSchema.MemberFields, new ClusterMember(), f => f.Path);
            if (section.Key == Section(FieldPaths.Strategy))
                AppendTable(page, "### In the table of `flush_policy`", ConfigurationSchema.BatchFields, new BatchFlush(), f => f.Path);
        }

        _ = page.Append("\n## Between fields\n\n");
        foreach (string rule in ConfigurationChecks.Rules)
            _ = page.Append(CultureInfo.InvariantCulture, $"- {rule}\n");
        return page.ToString();
    }

    private static void AppendTable<T>(
        StringBuilder page, string title, IEnumerable<ConfigurationField<T>> fields, T defaults, Func<ConfigurationField<T>, string> name)
    {
        _ = page.Append(CultureInfo.InvariantCulture, $"\n{title}\n\n| field | kind | default | unit | allowed | what it decides |\n|---|---|---|---|---|---|\n");
        foreach (ConfigurationField<T> field in fields)
        {
            string shownDefault = field.IsRequired ? "required" : field.Show(defaults) is "none" ? "none" : $"`{field.Show(defaults)}`";
            string effect = field.WithoutEffect is { } reason ? $" *No effect in this version: {reason}.*" : "";
            _ = page.Append(CultureInfo.InvariantCulture,
                $"| `{name(field)}` | {field.Kind} | {shownDefault} | {field.Unit} | {field.Range} | {field.Summary}{effect} |\n");
        }
    }

    private static string Section(string path) => path[..path.LastIndexOf('.')];

    private static string Name(string path) => path[(path.LastIndexOf('.') + 1)..];
}
