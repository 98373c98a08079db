using System.Text.RegularExpressions;

namespace DEngine.Tidy;

/// <summary>The house's style where a machine can judge it. A rule that makes a place worse is excepted by name, with the reason.</summary>
public sealed partial class SourceTests
{
    private const int FileLinesMax = 600;
    private const int MethodLinesMax = 70;
    private const int LineCharactersMax = 160;
    private const int TypesInFileMax = 8;

    [Fact]
    public void Files_are_short()
    {
        Findings.MustBeExcepted(
            from file in Repository.Sources
            where file.Lines.Length > FileLinesMax
            select new Finding(file.Path, $"{file.Lines.Length} lines, allowed are {FileLinesMax}"),
            "A file is one concern.");
    }

    [Fact]
    public void Methods_are_short()
    {
        Findings.MustBeExcepted(
            from file in Repository.Sources
            from member in MemberFinder.Members(file)
            where member.LineCount > MethodLinesMax
            select new Finding(
                file.Path, $"line {member.FirstLine}, {member.LineCount} lines, allowed are {MethodLinesMax}: {member.Header}"),
            "A method fits a screen.",
            new Excepted("tests/Hosting.Tests/Configuration/LoadingTests.cs", "one line for each field of the configuration"));
    }

    [Fact]
    public void Lines_are_short_apart_from_what_stands_in_strings()
    {
        Findings.MustBeExcepted(
            from file in Repository.Sources
            from line in file.LineLengths()
            where line.Length > LineCharactersMax
            select new Finding(file.Path, $"line {line.Line}, {line.Length} characters, allowed are {LineCharactersMax}"),
            "A line is read without moving the head.");
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        Findings.MustBeExcepted(
            Matches(Unfinished(), Part.Comment).Concat(Matches(NotImplemented(), Part.Code)),
            "What is not done is an issue, not a mark in the code.");
    }

    [Fact]
    public void No_test_is_switched_off()
    {
        Findings.MustBeExcepted(Matches(SkippedTest(), Part.Code), "A test that cannot run says so when it runs; it is not switched off.");
    }

    [Fact]
    public void No_path_of_one_machine_is_in_the_tree()
    {
        Findings.MustBeExcepted(
            from path in new[] { "*.cs", "*.md", "*.toml", "*.sh", "*.csproj", "*.props", "*.json", "Makefile", "run" }.SelectMany(Repository.Files)
            from match in MachinePath().Matches(Repository.Read(path))
            select new Finding(path, match.Value),
            "The tree works wherever it is cloned.",
            new Excepted("tests/Hosting.Tests/Toml/ValidScalars.cs", "backslashes that TOML must leave alone"));
    }

    [Fact]
    public void A_file_is_named_after_a_type_in_it()
    {
        Findings.MustBeExcepted(
            from file in Repository.Sources
            let types = MemberFinder.Types(file).ToList()
            where types.Count > 0
            let name = Path.GetFileName(file.Path).Split('.')[0]
            where !types.Exists(type => type.Name == name) || types.Count > TypesInFileMax
            select new Finding(file.Path, $"declares {string.Join(", ", types.Select(type => type.Name))}"),
            $"A file is named after its type and holds at most {TypesInFileMax} that belong together.",
            new Excepted("core/Messages/ClientMessages.cs", "a family of small records, read together"),
            new Excepted("core/Messages/ElectionMessages.cs", "a family of small records, read together"),
            new Excepted("core/Messages/ForwardingMessages.cs", "a family of small records, read together"),
            new Excepted("core/Messages/ReplicationMessages.cs", "a family of small records, read together"),
            new Excepted("core/Node/Ports.cs", "the four ports of a node on one page"),
            new Excepted("core/Wire/HandshakeHellos.cs", "the two halves of one handshake"),
            new Excepted("hosting/Configuration/Schema/FieldTypes.cs", "a family of small types, read together"),
            new Excepted("tests/Core.Tests/Wire/Recording.cs", "what one kind of test needs"),
            new Excepted("tests/Storage.Tests/Faults.cs", "what one kind of test needs"));
    }

    [Fact]
    public void Storage_touches_real_files_in_RealDisk_and_nowhere_else()
    {
        Findings.MustBeExcepted(
            from file in Repository.Sources
            where file.Path.StartsWith("storage/", StringComparison.Ordinal)
            from match in RealFiles().Matches(file.Only(Part.Code))
            group match by file.Path into found
            select new Finding(found.Key, found.First().Value),
            "Below the log there is IDisk, so that the simulator can stand in.",
            new Excepted("storage/Disk/RealDisk.cs", "the disk of production"),
            new Excepted("storage/Disk/RealDiskFile.cs", "a file of it"),
            new Excepted("storage/Disk/ReadOnlyDisk.cs", "the same, only looked at"),
            new Excepted("storage/Disk/DirectoryLock.cs", "the lock of its directory"),
            new Excepted("storage/Disk/PrivateFiles.cs", "who may look into what it makes"),
            new Excepted("storage/Disk/UnixLock.cs", "the system's lock, which .NET does not always ask for"),
            new Excepted("storage/Disk/UnixSync.cs", "the sync of a directory, which .NET does not offer"));
    }

    private static IEnumerable<Finding> Matches(Regex pattern, Part part) =>
        from file in Repository.Sources
        from match in pattern.Matches(file.Only(part))
        select new Finding(file.Path, $"line {file.LineOf(match.Index)}: {match.Value.Trim()}");

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bNotImplementedException\b|throw new NotSupportedException\(\)")]
    private static partial Regex NotImplemented();

    [GeneratedRegex(@"\bSkip\s*=(?![=>])")]
    private static partial Regex SkippedTest();

    [GeneratedRegex(@"(?<![\w./~$})-])/(home|Users|root|work|mnt|opt|private)/\w+|\b[C-Z]:\\\w+")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"(?<!\.)\b(File|Directory|FileStream|RandomAccess|FileInfo|DirectoryInfo|DriveInfo)\.|\bLibraryImport\b")]
    private static partial Regex RealFiles();
}
