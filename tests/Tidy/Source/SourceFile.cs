namespace DEngine.Tidy;

/// <summary>What a character of a source file belongs to.</summary>
internal enum Part : byte
{
    Code = 0,
    Comment = 1,
    Text = 2,
}

/// <summary>A C# file with every character sorted into code, comment or text (the inside of a string or character literal).</summary>
internal sealed class SourceFile
{
    private readonly Lazy<Part[]> _parts;

    public SourceFile(string path, string text)
    {
        Path = path;
        Content = text;
        Lines = text.TrimEnd('\n').Split('\n');
        _parts = new Lazy<Part[]>(() => SourceScanner.Sort(text));
    }

    /// <summary>From the root, with forward slashes.</summary>
    public string Path { get; }

    public string Content { get; }

    public string[] Lines { get; }

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>The file with everything but the given part replaced by spaces; line ends stay.</summary>
    public string Only(Part part) => Keep(p => p == part);

    /// <summary>The file with the given part replaced by spaces; line ends stay.</summary>
    public string Without(Part part) => Keep(p => p != part);

    /// <summary>Counts from 1.</summary>
    public int LineOf(int offset) => Content.AsSpan(0, offset).Count('\n') + 1;

    /// <summary>Length of each line, what stands inside literals not counted: a message is not broken up for its length.</summary>
    public IEnumerable<(int Line, int Length)> LineLengths()
    {
        int offset = 0;
        for (int i = 0; i < Lines.Length; i++)
        {
            int length = 0;
            for (int at = 0; at < Lines[i].Length; at++)
            {
                if (_parts.Value[offset + at] != Part.Text) length++;
            }

            yield return (i + 1, length);
            offset += Lines[i].Length + 1;
        }
    }

    private string Keep(Func<Part, bool> isKept)
    {
        char[] kept = Content.ToCharArray();
        for (int i = 0; i < kept.Length; i++)
        {
            if (kept[i] != '\n' && !isKept(_parts.Value[i])) kept[i] = ' ';
        }

        return new string(kept);
    }
}
