using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DEngine.Storage;

/// <summary>flock, which .NET calls only when it likes to.</summary>
internal static partial class UnixLock
{
    private const int Shared = 1; // LOCK_SH, the same number on Linux and macOS, like the next two
    private const int Exclusive = 2; // LOCK_EX
    private const int NonBlocking = 4; // LOCK_NB
    private const int Interrupted = 4; // EINTR
    private const int Missing = 2; // ENOENT
    private const int NotDirectory = 20; // ENOTDIR
    private const int WouldBlockLinux = 11; // EWOULDBLOCK
    private const int WouldBlockMacOs = 35;

    /// <summary>Asks for a lock on an open file and does not wait for it. It ends when the file is closed.</summary>
    public static LockAnswer TryTake(SafeFileHandle file, bool isShared)
    {
        while (FLock(file, (isShared ? Shared : Exclusive) | NonBlocking) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Interrupted) continue;
            return error == (OperatingSystem.IsMacOS() ? WouldBlockMacOs : WouldBlockLinux) ? LockAnswer.Held : LockAnswer.Refused;
        }

        return LockAnswer.Taken;
    }

    /// <summary>Why the last call failed, in the system's words.</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    /// <summary>Opens a file and asks for no lock, as .NET would. Invalid: it cannot be opened.</summary>
    public static SafeFileHandle OpenToRead(string path, out bool isMissing)
    {
        int descriptor = Open(path, flags: 0);
        isMissing = descriptor < 0 && Marshal.GetLastPInvokeError() is Missing or NotDirectory;
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

/// <summary>What came of asking for a lock.</summary>
internal enum LockAnswer
{
    Taken,

    /// <summary>Someone else has it.</summary>
    Held,

    /// <summary>There are no locks on this file system.</summary>
    Refused,
}
