using DEngine.Core;

namespace DEngine.Storage;

/// <content>
/// Damage that is found while the node runs. Nothing is patched here, as a start does it: the node has the whole state, so another snapshot is right for
/// certain, where a checksum that fits one changed bit is so but for one in some thousand cases of other damage.
/// </content>
public sealed partial class SnapshotFiles
{
    private readonly HashSet<LogPosition> _damaged = [];
    private ScrubbedSnapshot? _scrubbed;
    private long _scrubbedThrough;

    /// <inheritdoc/>
    public ScrubStep Scrub(int bytesMax)
    {
        if (_scrubbed is null && !TryBeginScrub()) return ScrubStep.Nothing;
        ScrubbedSnapshot snapshot = _scrubbed!;
        bool isSound = snapshot.TryRead(bytesMax, out long bytes);
        if (isSound && !snapshot.IsWhole) return new ScrubStep(bytes, EndsPass: false);
        EndScrub();
        if (isSound) return new ScrubStep(bytes, EndsPass: false);
        SnapshotId id = Identify(snapshot.Last);
        bool isNewest = List()[^1] == snapshot.Last;
        StorageDamagedException found = Isolate(snapshot.Last, snapshot.Sound);
        return new ScrubStep(bytes, EndsPass: false, Damage: found.Message, DamagedSnapshot: isNewest ? id : default);
    }

    /// <summary>Opens the next snapshot, in order of index; false when there is none any more.</summary>
    private bool TryBeginScrub()
    {
        foreach (LogPosition last in List())
        {
            if (last.Index <= _scrubbedThrough || _damaged.Contains(last)) continue;
            IDiskFile file = _disk.Open(SnapshotName.Of(last));
            file.DropCache();
            _scrubbed = new ScrubbedSnapshot(file, last);
            _scrubbedThrough = last.Index;
            return true;
        }

        _scrubbedThrough = 0;
        return false;
    }

    private void EndScrub()
    {
        _scrubbed?.Dispose();
        _scrubbed = null;
    }

    /// <summary>
    /// A snapshot is damaged. The log rests on the newest one, so that one keeps its name until another takes its place: a start must find it, and the damage,
    /// rather than nothing (Y4). On any other rests nothing.
    /// </summary>
    private StorageDamagedException Isolate(LogPosition last, long offset)
    {
        string name = SnapshotName.Of(last);
        _damaged.Add(last);
        if (_sent?.Id.Last == last) DropSent();
        if (List()[^1] == last) return LogDamage.NewestSnapshot(name, offset, last.Index);
        _damaged.Remove(last);
        SetAside(new SnapshotId(last, 1, 0));
        return LogDamage.OlderSnapshot(name, offset, last.Index);
    }

    /// <summary>A snapshot has become durable, in place of one of the same position perhaps: those that are damaged are of no use any more.</summary>
    private void OnWhole(LogPosition last)
    {
        _damaged.Remove(last);
        if (_scrubbed?.Last == last) EndScrub();
        if (_sent?.Id.Last == last) DropSent();
        foreach (LogPosition other in List())
        {
            if (other.Index < last.Index && _damaged.Remove(other)) SetAside(new SnapshotId(other, 1, 0));
        }
    }

    private void DropSent()
    {
        _sent?.Dispose();
        _sent = null;
    }

    /// <summary>Whether what is there is whole, though not what was asked for.</summary>
    private bool IsOther(LogPosition last)
    {
        using var snapshot = new ScrubbedSnapshot(_disk.Open(SnapshotName.Of(last)), last);
        return snapshot.TryRead(long.MaxValue, out _);
    }
}
