namespace DEngine.Configuration.Toml;

internal sealed partial class TomlReader
{
    /// <summary>
    /// The value that begins here. Null: an error is recorded and the end of the value is not known. A value that is wrong in
    /// itself, but ends where it should, is <see cref="TomlInvalid"/>, and reading goes on behind it.
    /// </summary>
    private TomlValue? ReadValue()
    {
        TomlPosition position = _cursor.Position;
        int errorsBefore = _errors.Count;
        switch (_cursor.Peek())
        {
            case '"':
                string? basic = _cursor.StartsWith("\"\"\"") ? ReadMultilineBasicString(position) : ReadBasicString(position);
                return StringValue(position, basic, errorsBefore);
            case '\'':
                string? literal = _cursor.StartsWith("'''") ? ReadMultilineLiteralString(position) : ReadLiteralString(position);
                return StringValue(position, literal, errorsBefore);
            case '[':
                return Nested(position, ReadArray);
            case '{':
                return Nested(position, ReadInlineTable);
            default:
                return ReadBareValue(position);
        }
    }

    private TomlValue? StringValue(TomlPosition position, string? text, int errorsBefore)
    {
        if (text is null)
            return null;
        return _errors.Count == errorsBefore ? new TomlString(position, text) : new TomlInvalid(position);
    }

    /// <summary>The nesting count stays raised after an error: resynchronising wants to know how many brackets were open.</summary>
    private TomlValue? Nested(TomlPosition position, Func<TomlPosition, TomlValue?> read)
    {
        if (_nesting >= NestingMax)
            return Missing($"at most {NestingMax} arrays and inline tables in one another");

        _nesting++;
        _cursor.Skip(1);
        TomlValue? value = read(position);
        if (value is not null)
            _nesting--;
        return value;
    }

    private TomlArray? ReadArray(TomlPosition position)
    {
        TomlArray array = new(position, isArrayOfTables: false);
        while (true)
        {
            SkipBlankLines();
            if (_cursor.TrySkip(']'))
                return array;
            if (_cursor.AtEnd)
                return Unclosed(position, "array", ']');
            if (ReadValue() is not { } item)
                return null;

            array.Add(item);
            SkipBlankLines();
            if (_cursor.TrySkip(','))
                continue;
            if (_cursor.TrySkip(']'))
                return array;
            if (_cursor.AtEnd)
                return Unclosed(position, "array", ']');

            _ = Fail($"',' or ']' in the array that begins at line {position.Line}");
            return null;
        }
    }

    private TomlArray? Unclosed(TomlPosition position, string what, char closing)
    {
        Report(position, $"an {what} that is never closed", $"'{closing}' after its last value");
        return null;
    }

    private void SkipBlankLines()
    {
        do
        {
            _cursor.SkipBlanks();
            SkipComment();
        }
        while (_cursor.TrySkipNewline());
    }

    /// <summary>TOML 1.0: on one line (but for what its values may span), and without a comma behind the last pair.</summary>
    private TomlTable? ReadInlineTable(TomlPosition position)
    {
        TomlTable table = new(position, TomlTableOrigin.Inline);
        _cursor.SkipBlanks();
        if (_cursor.TrySkip('}'))
            return table;

        while (true)
        {
            if (!TryReadInlinePair(table))
                return null;

            _cursor.SkipBlanks();
            if (_cursor.TrySkip('}'))
                return table;

            TomlPosition comma = _cursor.Position;
            if (!_cursor.TrySkip(','))
            {
                _ = Fail("',' or '}' on the line of the inline table's '{'");
                return null;
            }

            _cursor.SkipBlanks();
            if (_cursor.TrySkip('}'))
            {
                Report(comma, "',' before '}'", "no comma after the last pair of an inline table");
                return table;
            }
        }
    }

    private bool TryReadInlinePair(TomlTable table)
    {
        _cursor.SkipBlanks();
        if (_cursor.AtNewline || _cursor.Peek() == '#')
            return Fail("a pair or '}' on the line of the inline table's '{'");
        if (ReadKey() is not { } path)
            return false;
        if (!_cursor.TrySkip('='))
            return Fail($"'=' and a value after {TomlKey.Show(path)}");
        if (ReadValueAfterEquals() is not { } value)
            return false;

        _tables.Define(table, path, value);
        return true;
    }

    /// <summary>Numbers, booleans, dates and times: everything without a delimiter of its own.</summary>
    private TomlValue? ReadBareValue(TomlPosition position)
    {
        TomlCursor.Mark start = _cursor.Here();
        SkipBareToken();
        if (IsDateBeforeTime(_cursor.TextSince(start)))
        {
            _cursor.Skip(1);
            SkipBareToken();
        }

        string token = _cursor.TextSince(start);
        if (token.Length == 0)
            return Missing("a value: a string in quotes, a number, true, false, a date, an array or a table");

        (TomlValue? value, string allowed) = TomlScalarParser.Parse(token, position);
        if (value is not null)
            return value;

        Report(position, TomlText.Bare(token), allowed);
        return new TomlInvalid(position);
    }

    private void SkipBareToken()
    {
        while (!_cursor.AtEnd && !_cursor.AtNewline && _cursor.Peek() is not (' ' or '\t' or ',' or ']' or '}' or '#' or '='))
            _cursor.Skip(1);
    }

    /// <summary>A space may stand for the T between date and time, so a date, one space and a digit are one value.</summary>
    private bool IsDateBeforeTime(string token) =>
        token.Length == 10 && token[4] == '-' && token[7] == '-' && char.IsAsciiDigit(token[0])
        && _cursor.Peek() == ' ' && _cursor.Peek(1) is >= '0' and <= '9';
}
