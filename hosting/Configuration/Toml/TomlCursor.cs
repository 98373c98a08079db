using System.Text;

namespace DEngine.Configuration.Toml;

/// <summary>A place in the text that moves forward and knows its line; only <see cref="Seek"/> goes back. Newlines are LF and CRLF, nothing else.</summary>
internal sealed class TomlCursor(string text)
{
    private int _at;
    private int _line = 1;
    private int _lineStart;

    public bool AtEnd => _at >= text.Length;

    public int Line => _line;

    public TomlPosition Position
    {
        get
        {
            int column = 1;
            for (int i = _lineStart; i < _at; i++)
            {
                if (!char.IsLowSurrogate(text[i]))
                    column++;
            }
            return new TomlPosition(_line, column);
        }
    }

    public bool AtNewline => Peek() == '\n' || (Peek() == '\r' && Peek(1) == '\n');

    /// <summary>The text from the beginning of this line to its end.</summary>
    public ReadOnlySpan<char> CurrentLine
    {
        get
        {
            ReadOnlySpan<char> rest = text.AsSpan(_lineStart);
            int end = rest.IndexOf('\n');
            return end < 0 ? rest : rest[..end];
        }
    }

    /// <summary>The text from here to the end of this line.</summary>
    public ReadOnlySpan<char> RestOfLine => CurrentLine[Math.Min(_at - _lineStart, CurrentLine.Length)..];

    /// <summary>The UTF-16 unit so many further on, or -1 beyond the end: a NUL in the text is an ordinary (forbidden) character.</summary>
    public int Peek(int distance = 0) => _at + distance < text.Length ? text[_at + distance] : -1;

    public bool StartsWith(string expected) => text.AsSpan(_at).StartsWith(expected, StringComparison.Ordinal);

    public char Take()
    {
        char taken = text[_at++];
        if (taken == '\n')
        {
            _line++;
            _lineStart = _at;
        }
        return taken;
    }

    public void Skip(int count)
    {
        for (int i = 0; i < count; i++)
            _ = Take();
    }

    public bool TrySkip(char expected)
    {
        if (Peek() != expected)
            return false;
        Skip(1);
        return true;
    }

    public bool TrySkipNewline()
    {
        if (!AtNewline)
            return false;
        Skip(Peek() == '\r' ? 2 : 1);
        return true;
    }

    public void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
            _at++;
    }

    public void SkipLine()
    {
        while (!AtEnd && Take() != '\n')
        {
        }
    }

    public void SeekLineStart() => _at = _lineStart;

    public Mark Here() => new(_at, _line, _lineStart);

    public void Seek(Mark mark) => (_at, _line, _lineStart) = (mark.At, mark.Line, mark.LineStart);

    public string TextSince(Mark mark) => text[mark.At.._at];

    /// <summary>What stands here, in words.</summary>
    public string DescribeHere()
    {
        if (AtEnd)
            return "the end of the file";
        if (AtNewline)
            return "the end of the line";

        _ = Rune.DecodeFromUtf16(text.AsSpan(_at), out Rune character, out _);
        return TomlText.Describe(character);
    }

    public readonly record struct Mark(int At, int Line, int LineStart);
}
