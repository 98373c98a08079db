namespace DEngine.Mutants;

/// <summary>A mutant that cannot be read, or no longer applies to the tree.</summary>
internal sealed class MutantException(string message) : Exception(message);
