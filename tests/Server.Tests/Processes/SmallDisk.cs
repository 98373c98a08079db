using System.ComponentModel;
using System.Diagnostics;

namespace DEngine.Server.Tests.Processes;

/// <summary>
/// A file system of its own, of a few megabytes and in memory, for one process: mounted where nobody else sees it, and gone when the process is.
/// </summary>
/// <param name="directory">Where the process finds it.</param>
/// <param name="megabytes">Its size.</param>
internal sealed class SmallDisk(string directory, int megabytes)
{
    private static readonly Lazy<string?> WhyMissing = new(FindWhyMissing);

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? Missing => WhyMissing.Value;

    /// <summary>What runs a process with this file system, for <see cref="RealNode"/>.</summary>
    /// <param name="takenMegabytes">So much of it is taken from the beginning.</param>
    /// <param name="runsTwice">When the process has ended it is started once more, with the file system as it is then.</param>
    public string[] Around(int takenMegabytes = 0, bool runsTwice = false)
    {
        string mount = $"mount -t tmpfs -o size={megabytes}m tmpfs \"$0\" && head -c {takenMegabytes}M /dev/zero > \"$0/filler\" || exit 1";
        return [.. Unshare, "sh", "-c", $"{mount}; {(runsTwice ? "\"$@\"; " : "")}exec \"$@\"", directory];
    }

    /// <summary>Takes all the room that is left but so much.</summary>
    public void Fill(RealNode node, long leftBytes)
    {
        using FileStream filler = new(FillerOf(node), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[64 << 10];
        try
        {
            while (true) filler.Write(block);
        }
        catch (IOException)
        {
            // That is as much as there is.
        }

        filler.SetLength(Math.Max(0, filler.Length - leftBytes));
    }

    /// <summary>Gives it all back.</summary>
    public void MakeRoom(RealNode node) => File.Delete(FillerOf(node));

    private static string[] Unshare => Environment.IsPrivilegedProcess ? ["unshare", "--mount"] : ["unshare", "--mount", "--user", "--map-root-user"];

    private string FillerOf(RealNode node) => $"/proc/{node.Id}/root{directory}/filler";

    private static string? FindWhyMissing()
    {
        try
        {
            string[] command = [.. Unshare, "mount", "-t", "tmpfs", "tmpfs", "/tmp"];
            using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "a process may not have a file system of its own on this machine";
        }
        catch (Win32Exception)
        {
            return "no unshare on this machine";
        }
    }
}

/// <summary>A test with a <see cref="SmallDisk"/>: skipped, with a line that says so, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public override string? Skip => SmallDisk.Missing;
}
