namespace DEngine.Mutants;

/// <summary>What a sweep made of a tree.</summary>
/// <param name="IsFound">Whether a seed failed.</param>
/// <param name="Checker">What noticed: the first word of the reason, STUCK, or what kept the sweep from its end.</param>
/// <param name="Seed">The first seed that failed: that many were needed. 0 when none did.</param>
/// <param name="Reason">The reason as printed, or what happened instead.</param>
/// <param name="Seconds">Of the sweep, without the build.</param>
internal sealed record Outcome(bool IsFound, string Checker, long Seed, string Reason, double Seconds)
{
    /// <summary>What <see cref="Checker"/> says of a mutant that does not compile.</summary>
    public const string NotBuilt = "BUILD";
}
