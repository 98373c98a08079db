namespace DEngine.Simulation.Scenarios;

/// <summary>Lets time pass.</summary>
internal sealed record WaitStatement(int Line, TimeSpan? At, TimeSpan Duration) : Statement(Line, At);

/// <summary>Lets time pass until something holds; it must, in time.</summary>
internal sealed record UntilStatement(int Line, TimeSpan? At, Condition Condition, TimeSpan Within) : Statement(Line, At);

/// <summary>Something must hold now.</summary>
internal sealed record ExpectStatement(int Line, TimeSpan? At, Condition Condition) : Statement(Line, At);

/// <summary>From now on something must not hold, at any instant.</summary>
internal sealed record NeverStatement(int Line, TimeSpan? At, Condition Condition) : Statement(Line, At);
