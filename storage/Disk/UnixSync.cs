using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace DEngine.Storage;

/// <summary>What .NET does not offer: to sync a directory, to sync a file's data without its times, and to have a file read from the device.</summary>
internal static partial class UnixSync
{
    private const int Interrupted = 4; // EINTR, the same number on Linux and macOS
    private const int AdviceDontNeed = 4; // POSIX_FADV_DONTNEED on every Linux that .NET runs on but s390x, where it is another piece of advice
    private const int OpenReadOnly = 0; // O_RDONLY, likewise

    /// <summary>Makes the names in a directory durable. Windows keeps names in a journal of its own and has no such call.</summary>
    public static void Directory(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(path, OpenReadOnly);
        if (descriptor < 0) throw Failed("open", path);
        try
        {
            while (FSync(descriptor) != 0)
            {
                if (Marshal.GetLastPInvokeError() != Interrupted) throw Failed("fsync", path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>
    /// fdatasync: the bytes, and the length when it has changed; not the modification time, which would cost a journal commit every time.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static void Data(SafeFileHandle file)
    {
        while (FDataSync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failed("fdatasync", "a data file");
        }
    }

    /// <summary>posix_fadvise(POSIX_FADV_DONTNEED): pages of the file that are on the device leave memory. Only advice: what it answers says nothing.</summary>
    [SupportedOSPlatform("linux")]
    public static void DropCache(SafeFileHandle file) => _ = Advise(file, 0, 0, AdviceDontNeed);

    private static IOException Failed(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);
}
