namespace DEngine.Configuration;

/// <summary>One thing wrong with a configuration.</summary>
/// <param name="Source">The file, the environment variable, the command line option, or "options" for options filled by hand.</param>
/// <param name="Line">The line in the file, from 1; null where there are no lines.</param>
/// <param name="Field">
/// The field's path, such as raft.election.election_timeout_min; "syntax" where the text is not TOML; empty for the file as a whole.
/// </param>
/// <param name="Found">What is there.</param>
/// <param name="Allowed">What may be there.</param>
public sealed record ConfigurationMistake(string Source, int? Line, string Field, string Found, string Allowed)
{
    /// <summary>All of it on one line: <c>config/n1.toml:7: raft.election.election_timeout_min: found 5, allowed: 10 to 60000 ms</c>.</summary>
    public override string ToString()
    {
        string place = Line is { } line ? $"{Source}:{line}" : Source;
        string field = Field.Length > 0 ? $"{Field}: " : "";
        return $"{place}: {field}found {Found}, allowed: {Allowed}";
    }
}
