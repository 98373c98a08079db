namespace DEngine.Mutants;

/// <summary>What a sweep, or a test, made of a tree.</summary>
/// <param name="IsFound">Whether a seed or the test failed.</param>
/// <param name="Checker">What noticed: the first word of the reason, STUCK, TEST, or what kept the sweep from its end.</param>
/// <param name="Seed">The first seed that failed: that many were needed. 0 when none did.</param>
/// <param name="Reason">The reason as printed, or what happened instead.</param>
/// <param name="Seconds">Of the sweep or test, without the compiler.</param>
internal sealed record Outcome(bool IsFound, string Checker, long Seed, string Reason, double Seconds)
{
    /// <summary>What <see cref="Checker"/> says of a mutant that does not compile, or that changes nothing that its trial runs.</summary>
    public const string NotTried = "BROKEN";

    /// <summary>What <see cref="Checker"/> says of a mutant that a test of its own has found.</summary>
    public const string FailedTest = "TEST";
}
