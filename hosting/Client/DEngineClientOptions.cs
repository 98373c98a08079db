using DEngine.Core;

namespace DEngine;

/// <summary>How a <see cref="DEngineClient"/> finds its cluster and what it allows.</summary>
public sealed record DEngineClientOptions
{
    /// <summary>Nodes of the cluster, HOST:PORT; at least one. Any node will do for any request; more than one, so that one may be down.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The cluster that is meant; null for whichever is found.</summary>
    public string? ClusterId { get; init; }

    /// <summary>How long a request may take before it is given up. Above 0; default 5 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For reads that name none. Default: linearizable.</summary>
    public ReadConsistency DefaultConsistency { get; init; } = ReadConsistency.Linearizable;

    /// <summary>Longest key to send, in bytes; the cluster has a limit of its own. Default 4096.</summary>
    public int KeyBytesMax { get; init; } = KeyValueLimits.MaxKeyBytes;

    /// <summary>Longest value to send, in bytes; the cluster has a limit of its own. Default 1 MiB.</summary>
    public int ValueBytesMax { get; init; } = KeyValueLimits.MaxValueBytes;

    /// <summary>Most requests that wait, 1 and up; more are refused as overloaded. Default 10000.</summary>
    public int RequestsMax { get; init; } = 10_000;

    /// <summary>A node that leaves requests unanswered and says nothing else for so long is left for another. Default 3 s.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
