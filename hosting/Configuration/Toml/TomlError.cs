namespace DEngine.Configuration.Toml;

/// <summary>One place where a text is not TOML 1.0: what stands there, and what may stand there.</summary>
internal sealed record TomlError(TomlPosition Position, string Found, string Allowed)
{
    public override string ToString() => $"{Position}: found {Found}, allowed: {Allowed}";
}
