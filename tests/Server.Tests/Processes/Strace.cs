using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DEngine.Server.Tests.Processes;

/// <summary>The system calls of a process and its threads, in the order in which they were done.</summary>
internal static partial class Strace
{
    private static readonly Lazy<string?> WhyMissing = new(FindWhyMissing);

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing => WhyMissing.Value;

    public static Process Start(string output, string calls, string program, params string[] arguments)
    {
        ProcessStartInfo start = new("strace") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in Options(output, calls).Append(program).Concat(arguments)) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>What follows its name: threads too, files by name, and 2,000 bytes of what is written, in hexadecimal where asked for.</summary>
    public static string[] Options(string output, string calls, bool hexadecimal = false)
    {
        string[] options = ["-f", "-y", "-s", "2000", "-e", "signal=none", "-e", $"trace={calls}", "-o", output];
        return hexadecimal ? ["-xx", .. options] : options;
    }

    /// <summary>Calls in the order of their ends, each whole on one line: a call that others came between is put together again.</summary>
    public static List<string> Read(string output)
    {
        var begun = new Dictionary<string, string>();
        var calls = new List<string>();
        foreach (string line in File.ReadLines(output))
        {
            Match match = Line().Match(line);
            if (!match.Success) continue;
            string thread = match.Groups["thread"].Value, text = match.Groups["text"].Value;
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal)) begun[thread] = text[..^"<unfinished ...>".Length];
            else if (Resumed().Match(text) is { Success: true } resumed) calls.Add(begun.GetValueOrDefault(thread, "") + text[resumed.Length..]);
            else calls.Add(text);
        }
        return calls;
    }

    private static string? FindWhyMissing()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("strace", ["-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0 ? null : "strace may not trace on this machine";
        }
        catch (Win32Exception)
        {
            return "no strace on this machine";
        }
    }

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<text>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>\s?")]
    private static partial Regex Resumed();
}
