namespace DEngine.Configuration.Toml;

/// <summary>Values in order. They may be of different kinds (TOML 1.0).</summary>
/// <param name="position">Where it begins; for an array of tables, its first header.</param>
/// <param name="isArrayOfTables">Made by <c>[[headers]]</c>: further headers may append to it. One in brackets is complete in itself.</param>
internal sealed class TomlArray(TomlPosition position, bool isArrayOfTables) : TomlValue(position)
{
    private readonly List<TomlValue> _items = [];

    public bool IsArrayOfTables { get; } = isArrayOfTables;

    public IReadOnlyList<TomlValue> Items => _items;

    public override string KindName => "an array";

    public void Add(TomlValue item) => _items.Add(item);

    public override string ToString() => $"[{string.Join(", ", _items)}]";
}
