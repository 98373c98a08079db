namespace DEngine.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Options">The options, or null when there is any mistake: nothing runs on half a configuration.</param>
/// <param name="Mistakes">Every mistake, in the order of the file, then of the environment, then of the command line.</param>
/// <param name="Notices">What the operator should know and is no mistake: fields without effect, exposure without TLS. Show each once, at start.</param>
public sealed record ConfigurationResult(
    DEngineOptions? Options,
    IReadOnlyList<ConfigurationMistake> Mistakes,
    IReadOnlyList<string> Notices);
