using System.Text.RegularExpressions;

namespace DEngine.Tidy;

/// <summary>What the pages say of the code, and the code of the pages, as far as a machine can tell.</summary>
public sealed partial class DocumentationTests
{
    private const string InvariantsPage = "docs/invariants.md";
    private const string BugsPage = "docs/known-bugs.md";

    [Fact]
    public void Every_invariant_cited_in_code_is_on_the_page()
    {
        HashSet<string> known = [.. Invariants().Select(invariant => invariant.Number)];
        Findings.MustBeExcepted(
            from file in Repository.Sources
            where !file.IsTest
            from match in CitedInvariant().Matches(file.Without(Part.Code))
            let number = match.Groups["number"].Value
            where !known.Contains(number)
            select new Finding($"{file.Path}:{file.LineOf(match.Index)}", $"cites {number}, which {InvariantsPage} does not have"),
            "A number leads to its statement.");
    }

    [Fact]
    public void Every_invariant_names_files_that_check_it_and_they_cite_it()
    {
        var findings = new List<Finding>();
        foreach ((string number, string section) in Invariants())
        {
            Match where = EnforcedIn().Match(section);
            string[] files = [.. BacktickedPath().Matches(where.Value).Select(match => match.Groups["path"].Value)];
            if (files.Length == 0) findings.Add(new Finding(number, "names no file under \"Enforced in\""));
            foreach (string file in files)
            {
                if (!Repository.Exists(file)) findings.Add(new Finding(number, $"names {file}, which does not exist"));
                else if (!Cites(file, number)) findings.Add(new Finding(number, $"names {file}, which does not cite it as ({number})"));
            }
        }

        Findings.MustBeExcepted(findings, $"{InvariantsPage} and the code lead to each other.");
    }

    [Fact]
    public void Every_known_bug_cited_in_code_is_on_the_page()
    {
        HashSet<string> known = [.. BugRow().Matches(Repository.Read(BugsPage)).Select(match => match.Groups["number"].Value)];
        Findings.MustBeExcepted(
            from file in Repository.Sources
            from match in CitedBug().Matches(file.Content)
            let number = match.Groups["number"].Value
            where !known.Contains(number)
            select new Finding($"{file.Path}:{file.LineOf(match.Index)}", $"cites BUGS {number}, which {BugsPage} does not have"),
            "A number leads to its story.");
    }

    [Fact]
    public void Every_make_target_in_the_texts_exists()
    {
        string makefile = Repository.Read("Makefile");
        Findings.MustBeExcepted(
            from page in Repository.Files("*.md").Where(page => !page.StartsWith("examples/", StringComparison.Ordinal))
            from match in MakeCommand().Matches(Repository.Read(page))
            from target in match.Groups["target"].Captures.Select(capture => capture.Value).Distinct()
            where !Regex.IsMatch(makefile, $@"^(?:[\w.-]+ )*{Regex.Escape(target)}(?: [\w.-]+)*:", RegexOptions.Multiline)
            select new Finding(page, $"says make {target}, which the Makefile does not have"),
            "What the texts say can be typed.");
    }

    [Fact]
    public void Every_link_between_pages_leads_somewhere()
    {
        Findings.MustBeExcepted(
            from page in Repository.Files("*.md")
            from match in Link().Matches(Repository.Read(page))
            let target = match.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal)
            let path = Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target)))
            where !Repository.Exists(path)
            select new Finding(page, $"leads to {target}, which does not exist"),
            "No link is dead.");
    }

    [Fact]
    public void Every_source_file_named_by_the_pages_exists()
    {
        Findings.MustBeExcepted(
            from page in Repository.Files("*.md").Where(page => !page.StartsWith("examples/", StringComparison.Ordinal))
            from match in BacktickedPath().Matches(Repository.Read(page))
            let path = match.Groups["path"].Value
            where path.EndsWith(".cs", StringComparison.Ordinal) && !Repository.Exists(path)
            select new Finding(page, $"names {path}, which does not exist"),
            "What the texts point at is there.");
    }

    private static IEnumerable<(string Number, string Section)> Invariants() =>
        InvariantSection().Matches(Repository.Read(InvariantsPage)).Select(match => (match.Groups["number"].Value, match.Value));

    private static bool Cites(string file, string number) =>
        Repository.Sources.Any(source => source.Path == file
            && CitedInvariant().Matches(source.Without(Part.Code)).Any(match => match.Groups["number"].Value == number));

    [GeneratedRegex(@"^### (?<number>[A-Z]\d+)\b.*?(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex InvariantSection();

    [GeneratedRegex(@"(?<=\(|[Ii]nvariant )(?<number>[A-Z]\d+)(?=\)|, |[.;]|\s)")]
    private static partial Regex CitedInvariant();

    [GeneratedRegex(@"\*\*Enforced in\*\*.*?(?=^- \*\*|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex EnforcedIn();

    [GeneratedRegex(@"`(?<path>(?:core|storage|transport|hosting|server|simulation|bench|tests|docs)/[\w./-]+)`")]
    private static partial Regex BacktickedPath();

    [GeneratedRegex(@"BUGS (?<number>[A-Z]+\d+)")]
    private static partial Regex CitedBug();

    [GeneratedRegex(@"^\| (?<number>[A-Z]+\d+) \|", RegexOptions.Multiline)]
    private static partial Regex BugRow();

    [GeneratedRegex(@"(?<=^\s*|[`$;&]\s*|\w=\w+ )make(?: (?<target>[a-z][a-z0-9-]*))+", RegexOptions.Multiline)]
    private static partial Regex MakeCommand();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
