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

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Edit> Edits { get; init; }

    /// <summary>Whether a selection such as <c>E1</c> or <c>E1a</c> means this one.</summary>
    public bool IsMeantBy(string selection) =>
        Id == selection || (Id.Length == selection.Length + 1 && Id.StartsWith(selection, StringComparison.Ordinal) && char.IsAsciiLetterLower(Id[^1]));
}
