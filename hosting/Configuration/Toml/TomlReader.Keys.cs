namespace DEngine.Configuration.Toml;

internal sealed partial class TomlReader
{
    /// <summary>A key, dotted or not, and the blanks around it. Null after an error.</summary>
    private List<TomlKey>? ReadKey()
    {
        List<TomlKey> path = [];
        do
        {
            _cursor.SkipBlanks();
            if (ReadKeyPart() is not { } part)
                return null;

            path.Add(part);
            _cursor.SkipBlanks();
        }
        while (_cursor.TrySkip('.'));

        return path;
    }

    private TomlKey? ReadKeyPart()
    {
        TomlPosition position = _cursor.Position;
        if (_cursor.Peek() is '"' or '\'')
        {
            char quote = (char)_cursor.Peek();
            if (_cursor.StartsWith(new string(quote, 3)))
            {
                _ = Fail("a key on one line: bare, or in single or double quotes");
                return null;
            }

            int errorsBefore = _errors.Count;
            string? name = quote == '"' ? ReadBasicString(position) : ReadLiteralString(position);
            return name is not null && _errors.Count == errorsBefore ? new TomlKey(name, position) : null;
        }

        TomlCursor.Mark start = _cursor.Here();
        while (_cursor.Peek() is >= 0 and int c && TomlKey.IsBare((char)c))
            _cursor.Skip(1);

        string bare = _cursor.TextSince(start);
        if (bare.Length > 0)
            return new TomlKey(bare, position);

        _ = Fail("a key: letters, digits, '_' and '-', or any text in quotes");
        return null;
    }
}
