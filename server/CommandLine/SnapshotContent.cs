using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary>What is in a snapshot's file: checked chunk by chunk, then built as a node would build it.</summary>
internal sealed class SnapshotContent
{
    private SnapshotContent(SnapshotVerifier verifier, IReadOnlyList<SnapshotChunkFound> chunks)
    {
        Verifier = verifier;
        Chunks = chunks;
        Damage = [.. verifier.Damage];
    }

    public SnapshotVerifier Verifier { get; }

    public IReadOnlyList<SnapshotChunkFound> Chunks { get; }

    /// <summary>Empty: it is whole, and a node could start from it.</summary>
    public IReadOnlyList<string> Damage { get; private set; }

    /// <summary>Null when it is damaged.</summary>
    public long? Keys { get; private set; }

    /// <summary>Null when it is damaged.</summary>
    public int? Sessions { get; private set; }

    /// <summary>Of everything applied up to its end; null when it is damaged.</summary>
    public ulong? Digest { get; private set; }

    /// <summary>Reads a file; takes as much memory as a node that starts from it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SnapshotContent Read(string path)
    {
        var store = new KeyValueStore();
        var applier = new Applier(store, new Core.SessionOptions());
        using SnapshotRestore restore = applier.BeginRestore();
        List<SnapshotChunkFound> chunks = [];
        string wrong = "";
        var verifier = new SnapshotVerifier((in SnapshotChunkFound chunk, ReadOnlySpan<byte> payload) =>
        {
            chunks.Add(chunk);
            if (wrong.Length == 0 && chunk.IsSound && chunk.Section != SnapshotSection.End)
                wrong = TryRead(restore, chunk, payload);
        });
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            byte[] buffer = new byte[128 << 10];
            for (int count = file.Read(buffer); count > 0; count = file.Read(buffer))
                verifier.Add(buffer.AsSpan(0, count));
            verifier.Complete();
        }
        catch (InvalidDataException other)
        {
            return new SnapshotContent(verifier, chunks) { Damage = [other.Message] };
        }

        SnapshotContent content = new(verifier, chunks);
        if (verifier.IsWhole)
            content.Build(applier, store, restore, wrong);
        return content;
    }

    private void Build(Applier applier, KeyValueStore store, SnapshotRestore restore, string wrong)
    {
        try
        {
            if (wrong.Length > 0)
                throw new InvalidDataException(wrong);
            applier.Restore(restore, Verifier.Last);
            Keys = store.View().Count;
            Sessions = applier.SessionCount;
            Digest = applier.Digest;
        }
        catch (InvalidDataException unusable)
        {
            Damage = [unusable.Message];
        }
    }

    private static string TryRead(SnapshotRestore restore, in SnapshotChunkFound chunk, ReadOnlySpan<byte> payload)
    {
        try
        {
            restore.Read(chunk.Section, payload);
            return "";
        }
        catch (InvalidDataException unusable)
        {
            return $"The chunk at offset {chunk.Offset} is as it was written and cannot be used: {unusable.Message}";
        }
    }
}
