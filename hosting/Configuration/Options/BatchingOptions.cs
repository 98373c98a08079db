namespace DEngine.Configuration;

/// <summary>How much one pass of the node takes on (<c>[raft.batching]</c>).</summary>
public sealed class BatchingOptions
{
    /// <summary>The most requests taken from the queue in one pass. Default 1000, range 1 to 100000.</summary>
    public int MaxBatchSize { get; set; } = 1000;
}
