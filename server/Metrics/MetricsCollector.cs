using System.Diagnostics.Metrics;

namespace DEngine.Server.Metrics;

/// <summary>Listens to the instruments of DEngine's meters and keeps their sums, so that a page can be written at any time. Any thread.</summary>
internal sealed class MetricsCollector : IDisposable
{
    public const string MeterName = "DEngine";

    /// <summary>Tag combinations of one instrument beyond so many are added up in one series without tags.</summary>
    private const int SeriesPerInstrumentMax = 256;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MeterName || instrument.Meter.Name.StartsWith(MeterName + ".", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument, new Source(FamilyOf(instrument), [.. instrument.Meter.Tags ?? []]));
        };
        _listener.SetMeasurementEventCallback<byte>((i, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>((i, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>((i, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((i, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Asks the observed instruments, then writes every family.</summary>
    public void WriteTo(PrometheusText page)
    {
        lock (_lock)
        {
            // Forgotten first: what an instrument no longer observes (a peer that is gone) must not stand there for ever.
            foreach (MetricFamily family in _families.Values.Where(f => f.IsObserved))
                family.Series.Clear();
        }
        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            foreach (MetricFamily family in _families.Values)
                page.Write(family);
        }
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily FamilyOf(Instrument instrument)
    {
        string name = PrometheusText.NameOf(instrument.Name, instrument.Unit, MetricFamily.KindOf(instrument));
        lock (_lock)
        {
            if (!_families.TryGetValue(name, out MetricFamily? family))
                _families.Add(name, family = new MetricFamily(name, instrument));
            return family;
        }
    }

    private void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        (MetricFamily family, KeyValuePair<string, object?>[] meterTags) = (Source)state!;
        string labels = PrometheusText.Labels([.. meterTags, .. tags]);
        lock (_lock)
        {
            if (!family.Series.TryGetValue(labels, out MetricSeries? series))
            {
                if (family.Series.Count >= SeriesPerInstrumentMax)
                    labels = "";
                if (!family.Series.TryGetValue(labels, out series))
                    family.Series.Add(labels, series = new MetricSeries(family.Bounds));
            }
            series.Record(family, value);
        }
    }

    /// <summary>Where an instrument's measurements go, and what its meter says of all of them: the node.</summary>
    private sealed record Source(MetricFamily Family, KeyValuePair<string, object?>[] MeterTags);
}
