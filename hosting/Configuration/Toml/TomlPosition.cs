namespace DEngine.Configuration.Toml;

/// <summary>A place in a TOML text. Both numbers count from 1; a column counts characters (Unicode scalar values), as editors do.</summary>
internal readonly record struct TomlPosition(int Line, int Column) : IComparable<TomlPosition>
{
    public int CompareTo(TomlPosition other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    public override string ToString() => $"{Line}:{Column}";
}
