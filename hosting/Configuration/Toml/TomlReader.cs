using System.Text;
using System.Text.RegularExpressions;

namespace DEngine.Configuration.Toml;

/// <summary>
/// Reads TOML 1.0, strictly, and reports every error it can find rather than the first: after an error it goes on at the next line
/// that can be the beginning of something.
/// </summary>
internal sealed partial class TomlReader
{
    /// <summary>Arrays and inline tables may be this deep in one another; a bound on the reader's stack, far above any real file.</summary>
    public const int NestingMax = 100;

    /// <summary>Reading stops here: a file with more errors is not a TOML file, and more lines help no one.</summary>
    public const int ErrorsMax = 100;

    private readonly TomlCursor _cursor;
    private readonly List<TomlError> _errors = [];
    private readonly TomlTableBuilder _tables;
    private TomlTable _current;
    private int _nesting;
    private bool _isTextOpen;
    private bool _isIncomplete;

    private TomlReader(string text)
    {
        _cursor = new TomlCursor(text);
        _tables = new TomlTableBuilder(_errors);
        _current = _tables.Root;
    }

    /// <summary>Reads UTF-8; a byte order mark at the very beginning is ignored.</summary>
    public static TomlDocument Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];

        List<TomlError> errors = FindBadEncoding(utf8);
        return errors.Count > 0
            ? new TomlDocument(new TomlTableBuilder([]).Root, errors, IsIncomplete: true)
            : Read(Encoding.UTF8.GetString(utf8));
    }

    public static TomlDocument Read(string text)
    {
        TomlReader reader = new(text);
        reader.ReadExpressions();
        List<TomlError> errors = [.. reader._errors.OrderBy(e => e.Position).Take(ErrorsMax)];
        return new TomlDocument(reader._tables.Root, errors, reader._isIncomplete);
    }

    /// <summary>Reads a lone value, as overrides give it: <c>[{ id = 1, address = "…" }]</c>. Null when it is not one.</summary>
    public static TomlValue? ReadValue(string text)
    {
        TomlReader reader = new(text);
        reader._cursor.SkipBlanks();
        TomlValue? value = reader.ReadValue();
        reader._cursor.SkipBlanks();
        return reader._errors.Count == 0 && reader._cursor.AtEnd ? value : null;
    }

    private static List<TomlError> FindBadEncoding(ReadOnlySpan<byte> utf8)
    {
        List<TomlError> errors = [];
        int line = 1, column = 1, lineOfLastError = 0;
        while (!utf8.IsEmpty && errors.Count < ErrorsMax)
        {
            bool isGood = Rune.DecodeFromUtf8(utf8, out Rune character, out int length) == System.Buffers.OperationStatus.Done;
            if (!isGood && line != lineOfLastError)
            {
                errors.Add(new TomlError(new TomlPosition(line, column), $"the byte 0x{utf8[0]:X2}, which is not UTF-8 here", "UTF-8 text"));
                lineOfLastError = line;
            }

            (line, column) = isGood && character.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            utf8 = utf8[length..];
        }
        return errors;
    }

    private void ReadExpressions()
    {
        while (!_cursor.AtEnd && _errors.Count < ErrorsMax)
        {
            int firstLine = _cursor.Line;
            _nesting = 0;
            _isTextOpen = false;
            if (!TryReadExpression())
                Resynchronise(firstLine);
        }
        _isIncomplete |= !_cursor.AtEnd;
    }

    /// <summary>One line, or as many as its value takes. False: the error is recorded, and the cursor stands where reading broke off.</summary>
    private bool TryReadExpression()
    {
        _cursor.SkipBlanks();
        if (_cursor.Peek() == '[')
        {
            if (!TryReadHeader())
                return false;
        }
        else if (_cursor.Peek() != '#' && !_cursor.AtNewline && !_cursor.AtEnd && !TryReadKeyValue())
        {
            return false;
        }
        return TryReadLineEnd();
    }

    private bool TryReadLineEnd()
    {
        _cursor.SkipBlanks();
        SkipComment();
        return _cursor.AtEnd || _cursor.TrySkipNewline() || Fail("the end of the line, or a comment");
    }

    /// <summary>A bad character in a comment is an error, but nothing is lost by it.</summary>
    private void SkipComment()
    {
        if (_cursor.Peek() != '#')
            return;

        while (!_cursor.AtEnd && !_cursor.AtNewline)
        {
            if (IsForbiddenControl(_cursor.Peek()))
                Report(_cursor.Position, _cursor.DescribeHere(), "comments without control characters, tab excepted");
            _cursor.Skip(1);
        }
    }

    private bool TryReadHeader()
    {
        bool isElement = _cursor.StartsWith("[[");
        _cursor.Skip(isElement ? 2 : 1);
        string closing = isElement ? "]]" : "]";

        if (ReadKey() is not { } path)
        {
            _current = TomlTableBuilder.Detached(_cursor.Position);
            _isIncomplete = true;
            return false;
        }

        // The name is known even if the bracket is missing, so the keys below find their table.
        bool isClosed = _cursor.StartsWith(closing);
        bool isFine = isClosed || Fail($"'{closing}' after {TomlKey.Show(path)}");
        _current = isElement ? _tables.OpenElement(path) : _tables.OpenTable(path);
        if (isClosed)
            _cursor.Skip(closing.Length);
        return isFine;
    }

    private bool TryReadKeyValue()
    {
        if (ReadKey() is not { } path)
        {
            _isIncomplete = true;
            return false;
        }

        TomlPosition afterKey = _cursor.Position;
        TomlValue? value = _cursor.TrySkip('=') ? ReadValueAfterEquals() : Missing($"'=' and a value after {TomlKey.Show(path)}");
        _tables.Define(_current, path, value ?? new TomlInvalid(afterKey));
        return value is not null;
    }

    private TomlValue? ReadValueAfterEquals()
    {
        _cursor.SkipBlanks();
        return ReadValue();
    }

    /// <summary>
    /// An error on one line costs that line. One in brackets that span lines costs everything up to the next line that can be a header or
    /// begin with <c>key =</c>: what is in between belongs to the broken value, and would only give errors that are none.
    /// </summary>
    private void Resynchronise(int firstLine)
    {
        if (_cursor.Line > firstLine)
        {
            _cursor.SeekLineStart();
            SkipToExpression();
        }
        else if (_isTextOpen || (_nesting > 0 && !ClosesBrackets(_cursor.RestOfLine, _nesting)))
        {
            _cursor.SkipLine();
            SkipToExpression();
        }
        else
        {
            _cursor.SkipLine();
        }
    }

    private void SkipToExpression()
    {
        while (!_cursor.AtEnd && !ExpressionStart().IsMatch(_cursor.CurrentLine))
            _cursor.SkipLine();
    }

    private static bool ClosesBrackets(ReadOnlySpan<char> rest, int open)
    {
        char quote = '\0';
        foreach (char c in rest)
        {
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c == '#')
                break;
            else if (c is '[' or '{')
                open++;
            else if (c is ']' or '}')
                open--;
        }
        return open <= 0;
    }

    private static bool IsForbiddenControl(int c) => c is (>= 0 and < 0x20 and not '\t') or 0x7F;

    private void Report(TomlPosition position, string found, string allowed)
    {
        if (_errors.Count < ErrorsMax)
            _errors.Add(new TomlError(position, found, allowed));
    }

    private bool Fail(string allowed)
    {
        Report(_cursor.Position, _cursor.DescribeHere(), allowed);
        return false;
    }

    private TomlValue? Missing(string allowed)
    {
        _ = Fail(allowed);
        return null;
    }

    private const string KeyPart = """(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')""";
    private const string Key = KeyPart + @"(?:[ \t]*\.[ \t]*" + KeyPart + ")*";

    [GeneratedRegex(@"^[ \t]*(?:" + Key + @"[ \t]*=|\[\[?[ \t]*" + Key + @"[ \t]*\]\]?[ \t]*(?:#.*)?\r?$)", RegexOptions.CultureInvariant)]
    private static partial Regex ExpressionStart();
}
