using Microsoft.Win32.SafeHandles;

namespace DEngine.Storage;

/// <summary>
/// Files and directories that only the user of the process may look into, for they hold every value, and under durable names (Z9). On Windows the
/// directory's own rights decide.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfDirectory = OfFile | UnixFileMode.UserExecute;

    /// <summary>0600, whatever the umask says. A file system that keeps no such modes is left as it is.</summary>
    public static void Restrict(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            File.SetUnixFileMode(file, OfFile);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException || (refused is IOException io && DiskErrors.IsUnsupported(io)))
        {
            // Such as FAT or a share of another system: whoever mounts it says who may read it.
        }
    }

    /// <summary>
    /// Makes a directory and those of its parents that are missing, 0700 each, and makes the names of all of them durable; of those that were there too, as far
    /// as that can be had: the process that made them may have ended before.
    /// </summary>
    /// <exception cref="IOException">A directory cannot be made, or the device failed.</exception>
    public static void MakeDirectory(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent) return;
        bool isNew = !Directory.Exists(path);
        MakeDirectory(parent);
        if (isNew)
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, OfDirectory);
        }

        try
        {
            UnixSync.Directory(parent);
        }
        catch (IOException) when (!isNew)
        {
            // A parent that this process may not open, or that is on a read-only device: nothing was made there.
        }
    }
}
