using DEngine.Core;

namespace DEngine.Storage;

/// <summary>Makes, drops and recycles the files of segments. A name is given only to what is complete and synced.</summary>
internal sealed class SegmentFiles(IDisk disk, WriteAheadLogOptions options)
{
    private readonly Queue<string> _spares = [];

    /// <summary>Segments wait to be used again.</summary>
    public bool HasSpares => _spares.Count > 0;

    /// <summary>Numbers of the segments that are there, ascending.</summary>
    public List<long> List()
    {
        var found = new List<long>();
        foreach (string name in disk.List())
        {
            if (SegmentName.TryParse(name, out long sequence)) found.Add(sequence);
        }
        found.Sort();
        return found;
    }

    /// <summary>Whose segments these are, as far as their headers can be read.</summary>
    public IEnumerable<(string File, NodeIdentity Owner)> Owners()
    {
        byte[] block = new byte[SegmentHeader.Bytes];
        foreach (string name in disk.List())
        {
            if (!SegmentName.TryParse(name, out _) && !SegmentName.TryParseAgain(name, out _)) continue;
            using IDiskFile file = disk.Open(name);
            int count = file.Read(0, block);
            if (SegmentHeader.TryRead(block.AsSpan(0, count), out SegmentHeader header)) yield return (name, header.Owner);
        }
    }

    /// <summary>Gives segments back their names that a process was giving them again when it ended.</summary>
    public void FinishNaming()
    {
        foreach (string name in disk.List())
        {
            if (SegmentName.TryParseAgain(name, out long sequence) && !disk.Exists(SegmentName.Of(sequence)))
                disk.Rename(name, SegmentName.Of(sequence));
        }
    }

    /// <summary>
    /// Gives a segment the name it has. A directory sync that failed under an earlier process leaves a name that can be seen, counts as clean and is not on
    /// the device; only naming the file again makes the next sync tell the truth.
    /// </summary>
    public void NameAgain(long sequence)
    {
        disk.Rename(SegmentName.Of(sequence), SegmentName.Again(sequence));
        disk.Rename(SegmentName.Again(sequence), SegmentName.Of(sequence));
    }

    /// <summary>Makes a segment, durable in content and name when this returns.</summary>
    /// <exception cref="StorageFullException">There is no such segment, nor anything in its way.</exception>
    public OpenSegment Create(SegmentHeader header)
    {
        string name = _spares.TryPeek(out string? spare) ? spare : SegmentName.New(header.Sequence);
        IDiskFile? file = null;
        try
        {
            long zeroedThrough;
            (file, zeroedThrough) = spare is not null ? PrepareSpare(name, header) : PrepareNew(name, header);
            file.Sync();
            disk.Rename(name, SegmentName.Of(header.Sequence));
            if (spare is not null) _spares.Dequeue();
            return new OpenSegment(file, header with { IsRecycled = spare is not null }, SegmentHeader.Bytes, zeroedThrough, options);
        }
        catch (IOException error)
        {
            file?.Dispose();
            if (spare is null && error is StorageFullException) disk.Delete(name);
            throw;
        }
    }

    /// <summary>
    /// Makes the creations and renames so far durable. A failure leaves unknown which names there are, so it is final, "full" included.
    /// </summary>
    public void SyncDirectory()
    {
        try
        {
            disk.SyncDirectory();
        }
        catch (StorageFullException error)
        {
            throw new IOException("The data directory could not be synced: its device is full.", error);
        }
    }

    /// <summary>
    /// Takes a segment out of the log, which has it in writing already that it is not needed. Durable after <see cref="SyncDirectory"/>,
    /// and reused only then. Where room is short its room is given back.
    /// </summary>
    public void Drop(long sequence)
    {
        string name = SegmentName.Of(sequence);
        string spare = SegmentName.Old(sequence);
        try
        {
            if (_spares.Count >= options.RecycledSegmentsMax || disk.FreeBytes < 4L * options.SegmentBytes)
            {
                disk.Delete(name);
                return;
            }
            disk.Rename(name, spare);
        }
        catch (StorageFullException)
        {
            // A directory that has no room for a name: the file stays, and the next opening removes it.
            return;
        }
        _spares.Enqueue(spare);
    }

    /// <summary>Gives back the room of what waits to be used again.</summary>
    public void DeleteSpares()
    {
        while (_spares.TryDequeue(out string? spare)) disk.Delete(spare);
        SyncDirectory();
    }

    /// <summary>Removes what earlier processes left half made or half dropped.</summary>
    public void RemoveLeftovers(long firstNeeded)
    {
        foreach (string name in disk.List())
        {
            bool isDropped = SegmentName.TryParse(name, out long sequence) && sequence < firstNeeded;
            if (isDropped || SegmentName.IsLeftover(name)) disk.Delete(name);
        }
    }

    private (IDiskFile File, long ZeroedThrough) PrepareNew(string name, SegmentHeader header)
    {
        disk.Delete(name);
        IDiskFile file = disk.Create(name);
        WriteHeader(file, header);
        long zeroedThrough = Math.Min(options.SegmentBytes, (long)SegmentHeader.Bytes + options.ZeroAheadBytes);
        OpenSegment.WriteZeros(file, SegmentHeader.Bytes, zeroedThrough);
        return (file, zeroedThrough);
    }

    private (IDiskFile File, long ZeroedThrough) PrepareSpare(string name, SegmentHeader header)
    {
        IDiskFile file = disk.Open(name);
        WriteHeader(file, header with { IsRecycled = true });
        return (file, file.Length);
    }

    private static void WriteHeader(IDiskFile file, SegmentHeader header)
    {
        Span<byte> block = stackalloc byte[SegmentHeader.Bytes];
        header.Write(block);
        file.Write(0, block);
    }
}
