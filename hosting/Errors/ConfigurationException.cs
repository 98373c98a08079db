using DEngine.Configuration;

namespace DEngine;

/// <summary>A node cannot be started as configured. Every mistake is listed, in the message one per line.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationMistake> mistakes, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, mistakes), inner)
{
    /// <summary>What is wrong, where, and what is allowed.</summary>
    public IReadOnlyList<ConfigurationMistake> Mistakes { get; } = mistakes;
}
