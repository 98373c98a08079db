using DEngine.Core;

namespace DEngine.Storage;

/// <summary>Words for what recovery refuses: where, which entries, and what to do (D5).</summary>
internal static class LogDamage
{
    private const string Advice =
        "This was durable once, so nothing has been changed and this node must not vote or acknowledge on what is left. Keep the directory for inspection; "
        + "then let the node come back with an empty directory as a new member, so that its peers give it the entries back.";

    /// <summary>What cannot be read, in one line.</summary>
    public static string Describe(string file, long offset, long firstIndex, long lastIndex, string witness) =>
        $"{file} is damaged at offset {offset}: {Range(firstIndex, lastIndex)} cannot be read, though {witness}";

    /// <summary>Term and vote may be among what cannot be read, and their copy cannot be read either.</summary>
    public static StorageDamagedException HardState(string damage) =>
        new($"{damage}. Term and vote may have been there, and {HardStateFile.Name}, which keeps a copy of them, cannot be read either: this node does not know whom it "
            + $"has voted for. {Advice}");

    public static StorageDamagedException Header(string file, long firstIndex) =>
        new($"{file} is damaged at offset 0: its header cannot be read, nor made anew from what comes before it; entries from index {firstIndex} on are in doubt. {Advice}");

    public static StorageDamagedException Entry(string file, long offset, long expected, long found) =>
        new($"{file} holds entry {found} at offset {offset}, where entry {expected} should be. {Advice}");

    public static StorageDamagedException Gone(HardState voted) =>
        new($"There is no segment of a log, and {HardStateFile.Name} says that there was one: {voted}. {Advice}");

    /// <summary>Nothing else says how far the log went, nor that the node has not voted since.</summary>
    public static StorageDamagedException CopyGone() =>
        new($"There is a log, and {HardStateFile.Name}, which is always beside it, is missing or cut short: part of this directory is gone, and nothing says any more how "
            + $"far the log went, nor in which term this node voted last. {Advice}");

    /// <summary>The log and the copy cannot both be this node's.</summary>
    public static StorageDamagedException TwoVotes(HardState log, HardState copy) =>
        new($"The log says {log}, and {HardStateFile.Name} says {copy}: a node votes once in a term, so one of the two is of another node or another time. {Advice}");

    /// <summary>Another directory's log.</summary>
    public static ForeignStorageException Foreign(string file, NodeIdentity found, NodeIdentity owner) =>
        new($"{file} belongs to the data directory {found}; this one is {owner}. Nothing has been changed. Files of two directories have been mixed: put back "
            + "what belongs together, or start the node with an empty directory as a new member.");

    public static StorageDamagedException Misplaced(string file, long sequence) =>
        new($"{file} is not the file it should be: its header says that it is {SegmentName.Of(sequence)}. {Advice}");

    public static StorageDamagedException Chain(string file, long firstIndex) =>
        new($"{file} does not continue the segment before it, which ends before index {firstIndex}: one of the two is of another time or another log. {Advice}");

    public static StorageDamagedException Missing(string file, long first, long found) =>
        new($"{file} is missing: segments from {first} on are needed and the first one found is {found}. {Advice}");

    public static StorageDamagedException Snapshot(string file, long offset, long lastIndex) =>
        new($"{file} is damaged at offset {offset}: the snapshot of entries up to {lastIndex} cannot be read back as it was written. {Advice}");

    /// <summary>Found while the node runs: a newer one is about to be written.</summary>
    public static StorageDamagedException NewestSnapshot(string file, long offset, long lastIndex) =>
        new($"{file} is damaged at offset {offset}: the newest snapshot, of entries up to {lastIndex}, is not what was written. Another one is written at once");

    /// <summary>Found while the node runs.</summary>
    public static StorageDamagedException OlderSnapshot(string file, long offset, long lastIndex) =>
        new($"{file} is damaged at offset {offset}: a snapshot of entries up to {lastIndex}, which a newer one has replaced. It has been set aside");

    private static string Range(long first, long last) => last > first ? $"entries {first} to {last}" : $"what follows index {first - 1}";
}
