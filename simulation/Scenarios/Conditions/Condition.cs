namespace DEngine.Simulation.Scenarios;

/// <summary>Something that a scenario waits for, expects, or excludes.</summary>
/// <param name="Text">As it is written.</param>
internal abstract record Condition(string Text)
{
    public abstract bool Holds(Scene scene);

    /// <summary>What is the case, for a message.</summary>
    public abstract string Actual(Scene scene);
}
