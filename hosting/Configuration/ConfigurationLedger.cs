namespace DEngine.Configuration;

/// <summary>Where a field was given.</summary>
internal readonly record struct ConfigurationOrigin(string Source, int? Line);

/// <summary>What is known about one reading: where each field was given, which are unusable, what is to be said.</summary>
internal sealed class ConfigurationLedger(ConfigurationOrigin whole)
{
    private readonly Dictionary<string, ConfigurationOrigin> _origins = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly List<ConfigurationMistake> _mistakes = [];
    private readonly List<string> _notices = [];

    /// <summary>Parts of the file could not be read, so that what is absent may only be unread.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Whether a field that was not given has its default: not so for options filled by hand.</summary>
    public bool NamesDefaults { get; init; } = true;

    public IReadOnlyList<string> Notices => _notices;

    public bool HasMistakes => _mistakes.Count > 0;

    /// <summary>File first, by line; then the others as they came.</summary>
    public IReadOnlyList<ConfigurationMistake> Mistakes =>
        [.. _mistakes.OrderBy(m => m.Source == whole.Source ? 0 : 1).ThenBy(m => m.Source == whole.Source ? m.Line ?? 0 : 0)];

    public void Given(string path, ConfigurationOrigin origin) => _origins[path] = origin;

    public bool IsGiven(string path) => _origins.ContainsKey(path);

    /// <summary>An unusable field is left out of the checks across fields: one slip gives one mistake.</summary>
    public void Break(string path) => _broken.Add(path);

    /// <summary>Whether the field, or anything inside it, is unusable.</summary>
    public bool IsBroken(string path) =>
        _broken.Any(b => b == path || (b.StartsWith(path, StringComparison.Ordinal) && b[path.Length] is '.' or '['));

    public bool AreUsable(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (IsBroken(path))
                return false;
        }
        return true;
    }

    public void Report(ConfigurationOrigin origin, string field, string found, string allowed) =>
        _mistakes.Add(new ConfigurationMistake(origin.Source, origin.Line, field, found, allowed));

    /// <summary>A mistake between fields: placed where the first of them that was given at all was given.</summary>
    public void ReportAcross(string field, string found, string allowed, params ReadOnlySpan<string> others)
    {
        if (_origins.TryGetValue(field, out ConfigurationOrigin own))
        {
            Report(own, field, found, allowed);
            return;
        }

        ConfigurationOrigin origin = whole;
        foreach (string other in others)
        {
            if (_origins.TryGetValue(other, out origin))
                break;
            origin = whole;
        }
        Report(origin, field, NamesDefaults ? $"{found} (the default)" : found, allowed);
    }

    public void Notice(string text) => _notices.Add(text);
}
