using System.Diagnostics.CodeAnalysis;

namespace DEngine.Configuration.Toml;

/// <summary>How a table came to be, which decides who may still add to it (TOML 1.0, "Table" and "Inline Table").</summary>
internal enum TomlTableOrigin
{
    /// <summary>The top level of a document.</summary>
    Root,

    /// <summary>Only named on the way to another: <c>a</c> in <c>[a.b]</c>. May be defined once, later.</summary>
    Implicit,

    /// <summary>Defined by its own header, or an element of an array of tables. Not to be defined again.</summary>
    Header,

    /// <summary>Made by a dotted key. Dotted keys beside it may add to it; a header may not, but may add tables below it.</summary>
    Dotted,

    /// <summary>Written in braces, complete in itself. Nothing may be added to it or below it.</summary>
    Inline,
}

/// <summary>One key of a table, with the place of the key; the value has a place of its own.</summary>
internal sealed record TomlEntry(string Key, TomlPosition KeyPosition, TomlValue Value);

/// <summary>Keys and values, in the order of the text.</summary>
internal sealed class TomlTable(TomlPosition position, TomlTableOrigin origin) : TomlValue(position)
{
    private readonly List<TomlEntry> _entries = [];
    private readonly Dictionary<string, TomlEntry> _byKey = new(StringComparer.Ordinal);

    public TomlTableOrigin Origin { get; private set; } = origin;

    public IReadOnlyList<TomlEntry> Entries => _entries;

    public override string KindName => "a table";

    public bool TryGet(string key, [NotNullWhen(true)] out TomlEntry? entry) => _byKey.TryGetValue(key, out entry);

    /// <summary>The key must be new; <see cref="TomlTableBuilder"/> has seen to it.</summary>
    public void Add(TomlEntry entry)
    {
        _byKey.Add(entry.Key, entry);
        _entries.Add(entry);
    }

    /// <summary>An implicit table is defined at last, by its header or by a dotted key.</summary>
    public void Define(TomlTableOrigin origin) => Origin = origin;

    public override string ToString() =>
        _entries.Count == 0 ? "{}" : $"{{ {string.Join(", ", _entries.Select(e => $"{TomlKey.Show(e.Key)} = {e.Value}"))} }}";
}
