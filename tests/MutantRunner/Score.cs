namespace DEngine.Mutants;

/// <summary>The bank's result: one outcome for each mutant, in the bank's order.</summary>
internal sealed record Score(IReadOnlyList<(Mutant Mutant, Outcome Outcome)> Results)
{
    public int Found => Results.Count(result => result.Outcome.IsFound);

    public IEnumerable<(Mutant Mutant, Outcome Outcome)> Survivors => Results.Where(result => !result.Outcome.IsFound);

    /// <summary>Survivors of which nobody has said why.</summary>
    public IEnumerable<(Mutant Mutant, Outcome Outcome)> Unexplained => Survivors.Where(result => result.Mutant.Survives.Length == 0);

    /// <summary>In percent.</summary>
    public double Percent => Results.Count == 0 ? 0 : 100.0 * Found / Results.Count;

    /// <summary>Of the seeds that were needed, over the mutants that a sweep has found; 0 when there is none.</summary>
    public long MedianSeeds
    {
        get
        {
            long[] seeds = [.. Results.Where(result => result.Outcome.IsFound && result.Mutant.Test is null).Select(result => result.Outcome.Seed).Order()];
            return seeds.Length == 0 ? 0 : seeds[seeds.Length / 2];
        }
    }
}
