namespace DEngine.Storage;

public sealed partial class WriteAheadLog
{
    /// <summary>Whether a disk has the files of such a log, for whoever keeps a log of another kind there.</summary>
    public static bool IsIn(IDisk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return disk.List().Any(name => SegmentName.TryParse(name, out _) || SegmentName.TryParseAgain(name, out _));
    }
}
