using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Syncs that are final when they fail (D6), "full" included: space that was promised at the write is denied at the sync, which leaves unknown what there is.
/// </summary>
internal static class FinalSync
{
    /// <summary>Makes a file's bytes durable.</summary>
    /// <param name="file">The file.</param>
    /// <param name="what">What it is, for the message: "The log".</param>
    /// <exception cref="IOException">They may be gone.</exception>
    public static void Of(IDiskFile file, string what)
    {
        try
        {
            file.Sync();
        }
        catch (StorageFullException error)
        {
            throw new IOException($"{what} could not be synced: its device is full.", error);
        }
    }

    /// <summary>Makes the names in a directory durable.</summary>
    /// <exception cref="IOException">Which names there are is unknown.</exception>
    public static void Directory(IDisk disk)
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
}
