namespace DEngine.Core;

/// <summary>
/// The configurations of a log that may still matter: the one at its newest snapshot, and every one in an entry behind that. The last is in effect, as soon as
/// its entry is in the log, committed or not (paper §6); what is cut from the log takes it back (Z2).
/// </summary>
internal sealed class ConfigurationHistory
{
    private readonly List<(long Index, Configuration Configuration)> _entries = [];

    /// <param name="index">Where the snapshot ends; 0: there is none.</param>
    /// <param name="configuration">In effect there.</param>
    public ConfigurationHistory(long index, Configuration configuration) => _entries.Add((index, configuration));

    public Configuration Current => _entries[^1].Configuration;

    /// <summary>Index of the entry that the current one stands in, or the snapshot's, or 0.</summary>
    public long CurrentIndex => _entries[^1].Index;

    /// <summary>The configuration that was in effect at an index: not before the newest snapshot's.</summary>
    public Configuration At(long index)
    {
        for (int i = _entries.Count - 1; i > 0; i--)
        {
            if (_entries[i].Index <= index) return _entries[i].Configuration;
        }

        return _entries[0].Configuration;
    }

    /// <summary>Whether something is true of the configuration in effect at an index, or of one that follows it in the log.</summary>
    public bool IsAnyFrom(long index, Func<Configuration, bool> predicate)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (predicate(_entries[i].Configuration)) return true;
            if (_entries[i].Index <= index) return false;
        }

        return false;
    }

    public void Append(in Entry entry)
    {
        Invariant.Holds(entry.Index > CurrentIndex, "configurations are appended in order (Z2)", entry.Index, CurrentIndex);
        Configuration? configuration = ConfigurationFormat.TryRead(entry.Payload.Span);
        if (configuration is null) Invariant.Broken($"entry {entry.Position} holds no configuration");
        else _entries.Add((entry.Index, configuration));
    }

    /// <summary>The log was cut from an index on. True when the current configuration went with it.</summary>
    public bool TruncateFrom(long index)
    {
        int before = _entries.Count;
        while (_entries.Count > 1 && CurrentIndex >= index) _entries.RemoveAt(_entries.Count - 1);
        return _entries.Count < before;
    }

    /// <summary>A snapshot ends at an index: only what was in effect there and came later can still matter.</summary>
    public void ForgetBefore(long index)
    {
        while (_entries.Count > 1 && _entries[1].Index <= index) _entries.RemoveAt(0);
    }

    /// <summary>The log begins anew behind a snapshot.</summary>
    public void Restart(long index, Configuration configuration)
    {
        _entries.Clear();
        _entries.Add((index, configuration));
    }
}
