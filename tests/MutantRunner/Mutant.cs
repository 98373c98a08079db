namespace DEngine.Mutants;

/// <summary>One known mistake, ready to be put into a copy of the tree: a file of tests/mutants.</summary>
internal sealed record Mutant
{
    /// <summary>The row of the bank, with a letter when the row has several: <c>E1a</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The rest of the file's name, with spaces.</summary>
    public required string Name { get; init; }

    /// <summary>What went wrong, in a sentence.</summary>
    public required string Bug { get; init; }

    /// <summary>Which checker should see it, and the fault that it needs.</summary>
    public required string Notices { get; init; }

    /// <summary>Which system has had it.</summary>
    public required string Seen { get; init; }

    /// <summary>Why the simulator does not find it; empty when it does.</summary>
    public required string Survives { get; init; }

    /// <summary>Null: the simulator sweeps seeds. Otherwise the test that has to fail: for code that the simulator does not run.</summary>
    public MutantTest? Test { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Edit> Edits { get; init; }

    /// <summary>Whether a row such as <c>E1</c> or <c>E1a</c> means this one.</summary>
    public bool IsMeantBy(string row) =>
        Id == row || (Id.Length == row.Length + 1 && Id.StartsWith(row, StringComparison.Ordinal) && char.IsAsciiLetterLower(Id[^1]));

    /// <summary>Whether its file's name begins so.</summary>
    public bool BeginsWith(string prefix) => $"{Id}-{Name.Replace(' ', '-')}".StartsWith(prefix, StringComparison.Ordinal);
}

/// <summary>A line <c>test: tests/Hosting.Tests FILTER</c> of a mutant.</summary>
/// <param name="Project">Directory of the test project, from the root of the tree.</param>
/// <param name="Filter">As for <c>dotnet test --filter</c>: the test's name, or part of it.</param>
internal sealed record MutantTest(string Project, string Filter);
