namespace DEngine.Configuration;

/// <summary>What a read may rely on (<c>[raft.read_consistency]</c>).</summary>
public sealed class ReadConsistencyOptions
{
    /// <summary>For reads that name no policy. Default: <see cref="ReadPolicy.LinearizableRead"/>.</summary>
    public ReadPolicy DefaultPolicy { get; set; } = ReadPolicy.LinearizableRead;

    /// <summary>
    /// How long a leader may answer alone after a majority has heard from it, in milliseconds. Default 500, range 1 to 60000. With the drift of both
    /// clocks (5% each) less than <see cref="ElectionOptions.ElectionTimeoutMinMs"/>, so that no other leader exists while it holds.
    /// </summary>
    public int LeaseDurationMs { get; set; } = 500;

    /// <summary>Whether a request may name another policy than the default. Default true.</summary>
    public bool AllowClientOverride { get; set; } = true;
}

/// <summary>What a read may rely on, the strongest first.</summary>
public enum ReadPolicy
{
    /// <summary>Sees every write acknowledged before it began; the leader asks a majority (ReadIndex).</summary>
    LinearizableRead,

    /// <summary>The same, answered by the leader alone while its lease holds; rests on clocks drifting less than 5%.</summary>
    LeaseRead,

    /// <summary>What the asked node has applied; may be behind.</summary>
    EventualConsistency,
}
