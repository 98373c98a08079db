using DEngine.Core;

namespace DEngine.Storage;

public sealed partial class WriteAheadLog
{
    /// <summary>Whether a disk has any file of such a log: a segment, or the copy of term and vote.</summary>
    public static bool IsIn(IDisk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return disk.List().Any(name => SegmentName.TryParse(name, out _) || SegmentName.TryParseAgain(name, out _) || name == HardStateFile.Name);
    }

    /// <summary>Which data directory the log on a disk belongs to, by the word of its files; none: there is no log, or it does not say.</summary>
    public static NodeIdentity OwnerOf(IDisk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        foreach ((_, NodeIdentity owner) in new SegmentFiles(disk, new WriteAheadLogOptions()).Owners())
        {
            if (!owner.IsNone) return owner;
        }

        using var copy = new HardStateFile(disk);
        copy.Read();
        return copy.Owner;
    }
}
