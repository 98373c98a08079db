namespace DEngine.Configuration.Toml;

/// <summary>What <see cref="TomlReader"/> could make of a text: the tree, and every error, in the order of the text.</summary>
/// <param name="Root">The top-level table. With errors it holds what could be read; unreadable values are <see cref="TomlInvalid"/>.</param>
/// <param name="Errors">Empty exactly when the text is valid TOML 1.0.</param>
/// <param name="IsIncomplete">
/// Keys or whole tables of the text may be missing from <paramref name="Root"/>, so that the absence of a key proves nothing.
/// </param>
internal sealed record TomlDocument(TomlTable Root, IReadOnlyList<TomlError> Errors, bool IsIncomplete);
