using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary>The field that is being read: its full path, and where its values come from.</summary>
/// <param name="ledger">What is said about it.</param>
/// <param name="source">The file or variable.</param>
/// <param name="hasLines">Whether positions in values are lines of the source; those of a variable's text mean nothing to anyone.</param>
/// <param name="path">The full path; empty at the top.</param>
internal sealed class BindingScope(ConfigurationLedger ledger, string source, bool hasLines, string path)
{
    public ConfigurationLedger Ledger { get; } = ledger;

    public string Path { get; } = path;

    public BindingScope Field(string name) => new(Ledger, source, hasLines, Path.Length == 0 ? name : $"{Path}.{name}");

    public BindingScope Item(int index) => new(Ledger, source, hasLines, $"{Path}[{index}]");

    public void Given(TomlPosition position) => Ledger.Given(Path, OriginAt(position));

    public void Report(TomlPosition position, string found, string allowed)
    {
        Ledger.Break(Path);
        Ledger.Report(OriginAt(position), Path, found, allowed);
    }

    private ConfigurationOrigin OriginAt(TomlPosition position) => new(source, hasLines ? position.Line : null);
}
