namespace DEngine.Core;

/// <summary>
/// The digests of what was applied up to each of the newest entries, and up to every so many entries before those: so that two replicas, one of which is far
/// ahead, have some index in common. Fixed memory.
/// </summary>
internal sealed class AppliedDigests
{
    /// <summary>The newest entries whose digests are all there; a power of two.</summary>
    internal const int RecentMax = 1024;

    /// <summary>The distance between the older ones.</summary>
    internal const int Spacing = 1024;

    /// <summary>How many of the older ones there are: they reach back over 262,144 entries.</summary>
    internal const int SpacedMax = 256;

    private readonly ulong[] _recent = new ulong[RecentMax];
    private readonly ulong[] _spaced = new ulong[SpacedMax];

    /// <summary>Entries up to here have digests that nobody knows any more: they are in a snapshot.</summary>
    private long _base;

    /// <summary>The newest; the chain's beginning before the first entry.</summary>
    internal ulong Newest { get; private set; }

    /// <summary>Index of the newest.</summary>
    internal long LastIndex { get; private set; }

    internal void Add(ulong digest)
    {
        LastIndex++;
        Newest = digest;
        _recent[LastIndex % RecentMax] = digest;
        if (LastIndex % Spacing == 0) _spaced[LastIndex / Spacing % SpacedMax] = digest;
    }

    /// <summary>Begins anew behind a snapshot.</summary>
    internal void Restart(long index, ulong digest)
    {
        _base = LastIndex = index - 1;
        Add(digest);
    }

    /// <summary>False when it was too long ago, before the snapshot that this node has begun with, or is still to come.</summary>
    internal bool TryGet(long index, out ulong digest)
    {
        digest = 0;
        if (index <= _base || index > LastIndex) return false;
        if (index > LastIndex - RecentMax)
        {
            digest = _recent[index % RecentMax];
            return true;
        }

        if (index % Spacing != 0 || index <= LastIndex - ((long)Spacing * SpacedMax)) return false;
        digest = _spaced[index / Spacing % SpacedMax];
        return true;
    }
}
