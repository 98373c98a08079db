namespace DEngine.Configuration.Toml;

/// <summary>One part of a (dotted) key.</summary>
internal readonly record struct TomlKey(string Name, TomlPosition Position)
{
    public static bool IsBare(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    /// <summary>A key as it may be written in TOML: quoted only where it must be.</summary>
    public static string Show(string name) => name.Length > 0 && name.All(IsBare) ? name : TomlText.Quote(name);

    public static string Show(IEnumerable<TomlKey> path) => string.Join('.', path.Select(part => Show(part.Name)));
}
