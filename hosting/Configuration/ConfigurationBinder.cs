using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary>Carries values from a tree into options by way of the table of fields, and reports every key that has no field.</summary>
internal static class ConfigurationBinder
{
    /// <summary>Binds a whole table: afterwards everything that is required has been asked for.</summary>
    public static void Bind<T>(IReadOnlyList<ConfigurationField<T>> fields, TomlTable table, T target, BindingScope scope)
    {
        HashSet<string> given = new(StringComparer.Ordinal);
        BindGiven(fields, table, target, scope, given);
        foreach (ConfigurationField<T> field in fields)
        {
            if (field.IsRequired && !given.Contains(field.Path) && !scope.Ledger.IsIncomplete)
                scope.Field(field.Path).Report(table.Position, "nothing", $"{field.Range} (required)");
        }
    }

    /// <summary>Binds what is there and asks for nothing: other sources may still come.</summary>
    public static void BindGiven<T>(
        IReadOnlyList<ConfigurationField<T>> fields, TomlTable table, T target, BindingScope scope, HashSet<string> given, string section = "")
    {
        foreach (TomlEntry entry in table.Entries)
        {
            string path = section.Length == 0 ? TomlKey.Show(entry.Key) : $"{section}.{TomlKey.Show(entry.Key)}";
            if (fields.FirstOrDefault(f => f.Path == path) is { } field)
            {
                _ = given.Add(path);
                field.Bind(target, entry.Value, scope.Field(path));
            }
            else if (!fields.Any(f => f.Path.StartsWith(path + ".", StringComparison.Ordinal)))
            {
                string nearest = NearestName.Of(path, Names(fields));
                scope.Field(path).Report(entry.KeyPosition, "an unknown name", $"the nearest known name is {scope.Field(nearest).Path}");
            }
            else if (entry.Value is TomlTable inner)
            {
                BindGiven(fields, inner, target, scope, given, path);
            }
            else if (entry.Value is not TomlInvalid)
            {
                scope.Field(path).Report(entry.Value.Position, entry.Value.ToString()!, $"a table, [{scope.Field(path).Path}]");
            }
        }
    }

    /// <summary>Reports every value out of its range, for options that came from code.</summary>
    public static void Judge<T>(IReadOnlyList<ConfigurationField<T>> fields, T target, BindingScope scope)
    {
        foreach (ConfigurationField<T> field in fields)
            field.Judge(target, scope.Field(field.Path));
    }

    /// <summary>The fields and the tables that they are in.</summary>
    private static IEnumerable<string> Names<T>(IEnumerable<ConfigurationField<T>> fields)
    {
        foreach (ConfigurationField<T> field in fields)
        {
            yield return field.Path;
            for (int dot = field.Path.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = field.Path.IndexOf('.', dot + 1))
                yield return field.Path[..dot];
        }
    }
}
