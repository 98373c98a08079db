namespace DEngine.Simulation.Scenarios.Language;

/// <summary>A scenario's text cannot be read. The message names the file, the line, and what is wrong with it.</summary>
internal sealed class ScenarioSyntaxException(string file, int line, string message) : Exception($"{file}:{line}: {message}")
{
    public int Line { get; } = line;
}
