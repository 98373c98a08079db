using System.Diagnostics;

namespace DEngine.Bench;

/// <summary>A part of a run: what writers saw in it, and how much memory the leader had. Changed under the load's lock.</summary>
internal sealed class Phase(string name)
{
    public string Name { get; } = name;

    public LatencyHistogram Latencies { get; } = new();

    public TimeSpan Longest { get; private set; }

    public TimeSpan Duration { get; set; }

    public long ResidentBytesMax { get; private set; }

    /// <summary>When it was last entered.</summary>
    public long Since { get; set; } = Stopwatch.GetTimestamp();

    public void Add(TimeSpan latency)
    {
        Latencies.Add(latency);
        if (latency > Longest) Longest = latency;
    }

    public void AddMemory(long residentBytes) => ResidentBytesMax = Math.Max(ResidentBytesMax, residentBytes);
}
