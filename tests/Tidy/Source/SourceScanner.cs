namespace DEngine.Tidy;

/// <summary>
/// Tells code, comments and literals apart: comments of both kinds, character literals, and strings plain, verbatim, interpolated and raw. Holes of
/// interpolated strings count as text. Preprocessor lines count as code.
/// </summary>
internal ref struct SourceScanner
{
    private readonly ReadOnlySpan<char> _text;
    private readonly Part[] _parts;
    private int _at;

    private SourceScanner(string text)
    {
        _text = text;
        _parts = new Part[text.Length];
    }

    public static Part[] Sort(string text)
    {
        var scanner = new SourceScanner(text);
        while (scanner._at < text.Length) scanner.Step();
        return scanner._parts;
    }

    private readonly char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void Mark(int end, Part part)
    {
        end = Math.Min(end, _text.Length);
        _parts.AsSpan(_at, end - _at).Fill(part);
        _at = end;
    }

    private void Step()
    {
        switch (Peek())
        {
            case '/' when Peek(1) == '/':
                Mark(EndAt("\n", _at), Part.Comment);
                break;
            case '/' when Peek(1) == '*':
                Mark(EndAt("*/", _at + 2) + 2, Part.Comment);
                break;
            case '\'':
                Mark(EndOfQuoted('\'', _at + 1), Part.Text);
                break;
            case '"':
            case '$':
            case '@' when Peek(1) is '"' or '$':
                String();
                break;
            default:
                _at++;
                break;
        }
    }

    private void String()
    {
        int start = _at;
        int dollars = 0;
        bool verbatim = false;
        while (Peek() is '$' or '@')
        {
            if (Peek() == '$') dollars++;
            else verbatim = true;
            _at++;
        }

        int quotes = 0;
        while (Peek(quotes) == '"') quotes++;
        int open = _at + 1;
        _at = start;
        if (quotes == 0) _at++;
        else if (quotes >= 3 && !verbatim) Mark(EndAt(new string('"', quotes), open - 1 + quotes) + quotes, Part.Text);
        else if (dollars > 0) Mark(EndOfInterpolated(open, verbatim), Part.Text);
        else if (verbatim) Mark(EndOfVerbatim(open), Part.Text);
        else Mark(EndOfQuoted('"', open), Part.Text);
    }

    private readonly int EndAt(string mark, int from)
    {
        int found = from < _text.Length ? _text[from..].IndexOf(mark) : -1;
        return found < 0 ? _text.Length : from + found;
    }

    private readonly int EndOfQuoted(char quote, int at)
    {
        while (at < _text.Length && _text[at] != quote && _text[at] != '\n') at += _text[at] == '\\' ? 2 : 1;
        return at + 1;
    }

    private readonly int EndOfVerbatim(int at)
    {
        while (at < _text.Length)
        {
            if (_text[at] != '"') at++;
            else if (at + 1 < _text.Length && _text[at + 1] == '"') at += 2;
            else break;
        }

        return at + 1;
    }

    /// <summary>Quotes inside a hole belong to a string of its own, so holes are followed to their end.</summary>
    private readonly int EndOfInterpolated(int at, bool verbatim)
    {
        int depth = 0;
        while (at < _text.Length)
        {
            char c = _text[at];
            char next = at + 1 < _text.Length ? _text[at + 1] : '\0';
            if (depth == 0 && c == '\\' && !verbatim) at += 2;
            else if (depth == 0 && (c, next) is ('{', '{') or ('}', '}')) at += 2;
            else if (depth == 0 && verbatim && (c, next) is ('"', '"')) at += 2;
            else if (depth == 0 && c == '"') return at + 1;
            else if (depth > 0 && c == '"') at = EndOfInner(at);
            else
            {
                if (c == '{') depth++;
                if (c == '}') depth--;
                at++;
            }
        }

        return at;
    }

    private readonly int EndOfInner(int quote)
    {
        bool interpolated = _text[quote - 1] == '$';
        return interpolated ? EndOfInterpolated(quote + 1, verbatim: false) : EndOfQuoted('"', quote + 1);
    }
}
