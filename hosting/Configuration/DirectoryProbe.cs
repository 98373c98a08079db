using DEngine.Storage;

namespace DEngine.Configuration;

/// <summary>Finds out whether a directory can be written by trying: permission bits say little (root, read-only mounts, quotas).</summary>
internal static class DirectoryProbe
{
    /// <summary>
    /// Null: it exists now and can be written, were it not full. Otherwise what is there instead. A directory that had to be made stays: another node
    /// starting beside this one may already be using it.
    /// </summary>
    public static string? FindFault(string directory)
    {
        if (File.Exists(directory))
            return "a file";

        try
        {
            RealDisk.MakeDirectory(directory);
            string probe = Path.Combine(directory, $".probe-{Guid.NewGuid():N}");
            using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
            return null;
        }
        catch (IOException full) when (RealDisk.IsFull(full))
        {
            // It can be written, and there is no room: a node serves reads then, and waits for room.
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"a directory that cannot be written ({e.Message.ReplaceLineEndings(" ")})";
        }
    }
}
