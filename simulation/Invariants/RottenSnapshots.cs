using System.Globalization;
using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// What snapshots were like before they were damaged on some disk. Nodes that have applied the same entries write the same bytes, so whoever sends others under
/// that name sends what is damaged (Y4). What had been looked at before it was damaged may still leave; whoever begins from the front looks again.
/// </summary>
internal sealed class RottenSnapshots
{
    /// <summary>Before a sender must have begun anew: what it had read of the front for others may be under way.</summary>
    private const int BeginningsMax = 3;

    private readonly Dictionary<string, byte[]> _sound = [];
    private readonly Dictionary<(NodeId Node, string File), int> _begun = [];

    /// <summary>Nothing to compare with.</summary>
    public bool IsEmpty => _sound.Count == 0;

    /// <summary>A file is about to be damaged.</summary>
    public void OnRot(NodeId node, string file, byte[] content)
    {
        if (!file.EndsWith(".snap", StringComparison.Ordinal)) return;
        _sound.TryAdd(file, content);
        _begun[(node, file)] = 0;
    }

    /// <summary>A node sends a part of a snapshot.</summary>
    public void JudgeChunk(NodeId node, in SnapshotChunk chunk, ReadOnlySpan<byte> bytes)
    {
        string file = string.Create(CultureInfo.InvariantCulture, $"snapshot-{chunk.Snapshot.Last.Index:x16}-{chunk.Snapshot.Last.Term:x16}.snap");
        if (!_sound.TryGetValue(file, out byte[]? sound) || sound.Length != chunk.Snapshot.Bytes) return;
        int begun = _begun.GetValueOrDefault((node, file));
        if (chunk.Offset == 0) _begun[(node, file)] = ++begun;
        if (begun > BeginningsMax && !bytes.SequenceEqual(sound.AsSpan((int)chunk.Offset, bytes.Length)))
            throw new ViolationException($"SCRUB {node} sends {bytes.Length} bytes of {file} at {chunk.Offset} that are not what was written");
    }

    /// <summary>
    /// A node has looked through a piece of its snapshots, and may have found the newest one damaged: the log rests on it, so it stays until there is
    /// another (Y4).
    /// </summary>
    /// <param name="node">Which.</param>
    /// <param name="before">Files before that step.</param>
    /// <param name="after">Files after it.</param>
    public static void JudgeFind(NodeId node, IEnumerable<string> before, IEnumerable<string> after)
    {
        string? newest = before.Where(file => file.EndsWith(".snap", StringComparison.Ordinal)).Max(StringComparer.Ordinal);
        if (newest is not null && !after.Contains(newest, StringComparer.Ordinal))
            throw new ViolationException($"SCRUB {node} takes {newest} away, which its log rests on, and has no other");
    }
}
