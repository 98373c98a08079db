namespace DEngine.Storage.Faster;

/// <summary>How a <see cref="FasterLogStorage"/> uses memory and files. Page and segment sizes must be the same at every start on a directory.</summary>
public sealed record FasterLogOptions
{
    /// <summary>Smallest <see cref="PageBytes"/>; so small a page serves tests only.</summary>
    public const int PageBytesMin = 4 << 10;

    /// <summary>
    /// What FASTER allocates and writes at a time, in bytes: a power of two, 4 KiB to 64 MiB. Larger entries are kept in several records. Default 1 MiB.
    /// </summary>
    public int PageBytes { get; init; } = 1 << 20;

    /// <summary>Pages kept in memory, written or not: a power of two, 4 to 1024. Default 8.</summary>
    public int PagesInMemory { get; init; } = 8;

    /// <summary>Size of a file, in bytes: a power of two, one page to 1 GiB. Room is given back by whole files. Default 64 MiB.</summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>All pages in memory together, in bytes.</summary>
    internal long MemoryBytes => (long)PageBytes * PagesInMemory;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageBytes, PageBytesMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PageBytes, 64 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(PagesInMemory, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PagesInMemory, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, PageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 1 << 30);
        if (!int.IsPow2(PageBytes) || !int.IsPow2(PagesInMemory) || !int.IsPow2(SegmentBytes))
            throw new ArgumentException("Page size, number of pages and segment size are powers of two.");
    }
}
