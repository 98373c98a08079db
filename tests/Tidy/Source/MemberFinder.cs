using System.Text.RegularExpressions;

namespace DEngine.Tidy;

/// <summary>A member with a body: a method, constructor, property, operator.</summary>
internal readonly record struct MemberBody(string Header, int FirstLine, int LineCount);

/// <summary>A type declared outside of any other.</summary>
internal readonly record struct DeclaredType(string Name, int Line);

/// <summary>Finds types and members by their braces alone: enough for counting lines.</summary>
internal static partial class MemberFinder
{
    public static IEnumerable<MemberBody> Members(SourceFile file) =>
        Blocks(file).Where(block => block.Kind == BlockKind.Member)
            .Select(block => new MemberBody(block.Header, block.FirstLine, block.LastLine - block.FirstLine + 1));

    public static IEnumerable<DeclaredType> Types(SourceFile file)
    {
        string code = file.Only(Part.Code);
        foreach (Match match in TopLevelType().Matches(code))
        {
            yield return new DeclaredType(match.Groups["name"].Value, file.LineOf(match.Index));
        }
    }

    private static IEnumerable<Block> Blocks(SourceFile file)
    {
        string code = file.Only(Part.Code);
        var open = new Stack<Block>();
        int headerStart = 0;
        for (int i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case ';':
                    headerStart = i + 1;
                    break;
                case '{':
                    string header = Spaces().Replace(code[headerStart..i], " ").Trim();
                    int first = file.LineOf(headerStart + code[headerStart..i].TakeWhile(char.IsWhiteSpace).Count());
                    BlockKind parent = open.TryPeek(out Block? outer) ? outer.Kind : BlockKind.Type;
                    open.Push(new Block(KindOf(header, parent), header, first));
                    headerStart = i + 1;
                    break;
                case '}':
                    headerStart = i + 1;
                    if (!open.TryPop(out Block? done)) break;
                    done.LastLine = file.LineOf(i);
                    yield return done;
                    break;
            }
        }
    }

    private static BlockKind KindOf(string header, BlockKind parent)
    {
        if (parent != BlockKind.Type) return BlockKind.Inner;
        string bare = header;
        for (string before = ""; before != bare;) (before, bare) = (bare, Parentheses().Replace(bare, " "));
        if (!bare.Contains("=>", StringComparison.Ordinal) && TypeKeyword().IsMatch(bare)) return BlockKind.Type;
        return Assignment().IsMatch(bare) ? BlockKind.Inner : BlockKind.Member;
    }

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|readonly|partial|abstract|ref|unsafe) )*(?:class|struct|record(?: struct| class)?|enum|interface|delegate [\w<>?\[\], ]+?) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace)\b")]
    private static partial Regex TypeKeyword();

    /// <summary>A field or property that is given a value: a table, not a body.</summary>
    [GeneratedRegex(@"(?<![=!<>])=(?![=>])")]
    private static partial Regex Assignment();

    private enum BlockKind
    {
        Type,
        Member,
        Inner,
    }

    private sealed class Block(BlockKind kind, string header, int firstLine)
    {
        public BlockKind Kind { get; } = kind;

        public string Header { get; } = header;

        public int FirstLine { get; } = firstLine;

        public int LastLine { get; set; }
    }
}
