namespace DEngine.Configuration;

/// <summary>The largest key and value (<c>[raft.limits]</c>); larger ones are refused before they reach the log.</summary>
public sealed class LimitsOptions
{
    /// <summary>Bytes of a key. Default 4096, range 1 to 65536.</summary>
    public int MaxKeyBytes { get; set; } = 4_096;

    /// <summary>Bytes of a value. Default 1048576, range 1 to 16777216.</summary>
    public int MaxValueBytes { get; set; } = 1 << 20;
}
