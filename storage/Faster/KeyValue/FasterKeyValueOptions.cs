namespace DEngine.Storage.Faster;

/// <summary>How a <see cref="FasterKeyValueStore"/> uses memory and files. May differ from one start to the next.</summary>
public sealed record FasterKeyValueOptions
{
    /// <summary>
    /// Memory for values, in bytes: a power of two, 4 pages to 1 TiB; while a snapshot is taken in, as much again. Beside it the order of keys is in memory
    /// (docs/storage.md has the bytes per key). Default 256 MiB.
    /// </summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>What is written at a time, in bytes: a power of two, 4 KiB to 64 MiB. Larger values are kept in several records. Default 1 MiB.</summary>
    public int PageBytes { get; init; } = 1 << 20;

    /// <summary>Size of a file, in bytes: a power of two, one page to 1 GiB. Default 256 MiB.</summary>
    public int SegmentBytes { get; init; } = 256 << 20;

    /// <summary>Memory of the hash index that finds a value, in bytes: a power of two, 4 KiB to 64 GiB; about 16 for each key. Default 64 MiB.</summary>
    public long IndexBytes { get; init; } = 64L << 20;

    /// <summary>
    /// So many values that nobody needs any more, and more than there are needed ones, have files written anew without them. 1 and up; default 100,000.
    /// </summary>
    public int GarbageMin { get; init; } = 100_000;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageBytes, 4 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PageBytes, 64 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, 4L * PageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MemoryBytes, 1L << 40);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, PageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(IndexBytes, 4 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(IndexBytes, 64L << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(GarbageMin, 1);
        if (!long.IsPow2(MemoryBytes) || !int.IsPow2(PageBytes) || !int.IsPow2(SegmentBytes) || !long.IsPow2(IndexBytes))
            throw new ArgumentException("Memory, pages, segments and index have sizes that are powers of two.");
    }
}
