using DEngine.Core;

namespace DEngine.Storage;

/// <summary>Tells "full", which may pass, from every other I/O error, which is final.</summary>
internal static class DiskErrors
{
    private const int NoSpaceUnix = 28; // ENOSPC, the same number on Linux and macOS
    private const int QuotaLinux = 122; // EDQUOT
    private const int QuotaMacOs = 69; // EDQUOT
    private const int DiskFullWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL
    private const int HandleDiskFullWindows = unchecked((int)0x80070027); // ERROR_HANDLE_DISK_FULL

    private const int WouldBlockLinux = 11; // EWOULDBLOCK
    private const int WouldBlockMacOs = 35;
    private const int SharingViolationWindows = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION
    private const int NotPermittedUnix = 1; // EPERM, the same number on Linux and macOS
    private const int NotSupportedLinux = 95; // EOPNOTSUPP
    private const int NotSupportedMacOs = 45; // ENOTSUP

    /// <summary>Another process has the file's lock.</summary>
    public static bool IsTaken(IOException error) => error.HResult switch
    {
        SharingViolationWindows => true,
        WouldBlockLinux => OperatingSystem.IsLinux(),
        WouldBlockMacOs => OperatingSystem.IsMacOS(),
        _ => false,
    };

    /// <summary>The file system does not know what was asked for.</summary>
    public static bool IsUnsupported(IOException error) => error.HResult switch
    {
        NotPermittedUnix => !OperatingSystem.IsWindows(),
        NotSupportedLinux => OperatingSystem.IsLinux(),
        NotSupportedMacOs => OperatingSystem.IsMacOS(),
        _ => false,
    };

    /// <summary>For exception filters: .NET keeps the operating system's error number in <see cref="Exception.HResult"/>.</summary>
    public static bool IsFull(IOException error) => error.HResult switch
    {
        DiskFullWindows or HandleDiskFullWindows => true,
        NoSpaceUnix => !OperatingSystem.IsWindows(),
        QuotaLinux => OperatingSystem.IsLinux(),
        QuotaMacOs => OperatingSystem.IsMacOS(),
        _ => false,
    };

    public static StorageFullException Full(string path, IOException cause) =>
        new($"No room left for {path}: writes are refused until there is. Nothing already written was touched.", cause);
}
