using FASTER.core;

namespace DEngine.Storage.Faster;

/// <summary>
/// Takes what FasterLog wants to be kept for a commit, and gives it back at start. Writes nothing: FasterLog calls it on a thread of its own, and
/// <see cref="FasterLogStorage.Sync"/> writes it when the records that it speaks of are durable.
/// </summary>
internal sealed class CommitCatcher(byte[] recovered, long number) : ILogCommitManager
{
    private volatile byte[] _caught = recovered;

    /// <summary>The newest; empty: there has been none.</summary>
    public byte[] Metadata => _caught;

    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata) => _caught = commitMetadata;

    public byte[] GetCommitMetadata(long commitNum) => _caught;

    public IEnumerable<long> ListCommits() => _caught.Length == 0 ? [] : [number];

    public void RemoveCommit(long commitNum)
    {
        // The commit file has room for two; the older gives way by itself.
    }

    public void RemoveAllCommits()
    {
        // As above.
    }

    public void OnRecovery(long commitNum)
    {
        // As above.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
