using System.Globalization;
using System.Text;

namespace DEngine.Configuration.Toml;

// A string without its end returns null, and the cursor is back where the string began: the error belongs to that line. Any other
// error is recorded and reading goes on to the closing quote, so that the lines behind a bad escape are still understood.
internal sealed partial class TomlReader
{
    private string? ReadBasicString(TomlPosition position)
    {
        TomlCursor.Mark start = _cursor.Here();
        StringBuilder text = new();
        _cursor.Skip(1);
        while (!_cursor.AtEnd && !_cursor.AtNewline)
        {
            if (_cursor.TrySkip('"'))
                return text.ToString();
            if (_cursor.Peek() == '\\')
                ReadEscape(text);
            else
                TakeStringCharacter(text);
        }
        return UnclosedString(position, start, "'\"' before the end of the line");
    }

    private string? ReadLiteralString(TomlPosition position)
    {
        TomlCursor.Mark start = _cursor.Here();
        StringBuilder text = new();
        _cursor.Skip(1);
        while (!_cursor.AtEnd && !_cursor.AtNewline)
        {
            if (_cursor.TrySkip('\''))
                return text.ToString();
            TakeStringCharacter(text);
        }
        return UnclosedString(position, start, "a single quote before the end of the line");
    }

    private string? ReadMultilineBasicString(TomlPosition position)
    {
        TomlCursor.Mark start = _cursor.Here();
        StringBuilder text = new();
        _cursor.Skip(3);
        _ = _cursor.TrySkipNewline();
        while (!_cursor.AtEnd)
        {
            if (_cursor.Peek() == '"')
            {
                if (TryCloseMultiline(text, '"'))
                    return text.ToString();
            }
            else if (_cursor.Peek() == '\\')
            {
                if (!TrySkipContinuation())
                    ReadEscape(text);
            }
            else if (!TryTakeNewline(text))
            {
                TakeStringCharacter(text);
            }
        }
        _isTextOpen = true;
        return UnclosedString(position, start, "three double quotes at its end");
    }

    private string? ReadMultilineLiteralString(TomlPosition position)
    {
        TomlCursor.Mark start = _cursor.Here();
        StringBuilder text = new();
        _cursor.Skip(3);
        _ = _cursor.TrySkipNewline();
        while (!_cursor.AtEnd)
        {
            if (_cursor.Peek() == '\'')
            {
                if (TryCloseMultiline(text, '\''))
                    return text.ToString();
            }
            else if (!TryTakeNewline(text))
            {
                TakeStringCharacter(text);
            }
        }
        _isTextOpen = true;
        return UnclosedString(position, start, "three single quotes at its end");
    }

    /// <summary>
    /// Up to two quotes may stand directly before the closing three: of a run of 3, 4 or 5, the last three close and the rest is text;
    /// fewer than three are text.
    /// </summary>
    private bool TryCloseMultiline(StringBuilder text, char quote)
    {
        int run = 0;
        while (run < 5 && _cursor.Peek(run) == quote)
            run++;

        bool closes = run >= 3;
        _ = text.Append(quote, closes ? run - 3 : run);
        _cursor.Skip(run);
        return closes;
    }

    /// <summary>Newlines are LF in the value, however the file has them: the same file means the same on every system.</summary>
    private bool TryTakeNewline(StringBuilder text)
    {
        if (!_cursor.TrySkipNewline())
            return false;
        _ = text.Append('\n');
        return true;
    }

    private void TakeStringCharacter(StringBuilder text)
    {
        if (IsForbiddenControl(_cursor.Peek()))
            Report(_cursor.Position, _cursor.DescribeHere() + " in a string", "an escape such as \\u0000 instead");
        _ = text.Append(_cursor.Take());
    }

    /// <summary>A backslash that ends its line swallows all white space up to the next character that is none.</summary>
    private bool TrySkipContinuation()
    {
        int blanks = 1;
        while (_cursor.Peek(blanks) is ' ' or '\t')
            blanks++;
        if (_cursor.Peek(blanks) != '\n' && !(_cursor.Peek(blanks) == '\r' && _cursor.Peek(blanks + 1) == '\n'))
            return false;

        _cursor.Skip(blanks);
        while (_cursor.TrySkipNewline())
            _cursor.SkipBlanks();
        return true;
    }

    private void ReadEscape(StringBuilder text)
    {
        TomlPosition position = _cursor.Position;
        _cursor.Skip(1);
        int kind = _cursor.Peek();
        switch (kind)
        {
            case 'b': Take('\b'); break;
            case 't': Take('\t'); break;
            case 'n': Take('\n'); break;
            case 'f': Take('\f'); break;
            case 'r': Take('\r'); break;
            case '"': Take('"'); break;
            case '\\': Take('\\'); break;
            case 'u': ReadUnicodeEscape(text, position, digits: 4); break;
            case 'U': ReadUnicodeEscape(text, position, digits: 8); break;
            default:
                string found = _cursor.AtEnd || _cursor.AtNewline ? "a lone backslash" : $"'\\' before {_cursor.DescribeHere()}";
                Report(position, found, """\b \t \n \f \r \" \\ \uXXXX or \UXXXXXXXX (in single quotes a backslash is only itself)""");
                break;
        }

        void Take(char meant)
        {
            _cursor.Skip(1);
            _ = text.Append(meant);
        }
    }

    private void ReadUnicodeEscape(StringBuilder text, TomlPosition position, int digits)
    {
        TomlCursor.Mark start = _cursor.Here();
        _cursor.Skip(1);
        for (int i = 0; i < digits && _cursor.Peek() is >= 0 and int c && char.IsAsciiHexDigit((char)c); i++)
            _cursor.Skip(1);

        string escape = _cursor.TextSince(start);
        bool isNumber = uint.TryParse(escape.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint scalar);
        if (escape.Length == digits + 1 && isNumber && Rune.IsValid(scalar))
            _ = text.Append(new Rune(scalar).ToString());
        else
            Report(position, $"\\{escape}", $"{digits} hexadecimal digits of a Unicode character, surrogates excepted");
    }

    private string? UnclosedString(TomlPosition position, TomlCursor.Mark start, string allowed)
    {
        _cursor.Seek(start);
        Report(position, "a string that is never closed", allowed);
        return null;
    }
}
