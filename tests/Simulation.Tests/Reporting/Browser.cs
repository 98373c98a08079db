using System.Diagnostics;

namespace DEngine.Simulation.Tests.Reporting;

/// <summary>A browser without a window, if the machine has one: named by CHROME, or on the path.</summary>
internal static class Browser
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-quic", "--disable-dev-shm-usage", "--window-size=1500,900", "--virtual-time-budget=60000",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static string? Path { get; } = Find();

    /// <summary>Shows a file and gives what the browser prints.</summary>
    public static string Show(string file, string fragment, params string[] flags)
    {
        string profile = Directory.CreateTempSubdirectory("dengine-browser-").FullName;
        try
        {
            var start = new ProcessStartInfo(Path!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string flag in Flags.Concat(flags)) start.ArgumentList.Add(flag);
            start.ArgumentList.Add($"--user-data-dir={profile}");
            start.ArgumentList.Add($"{new Uri(file).AbsoluteUri}#{fragment}");
            using Process browser = Process.Start(start)!;
            Task<string> output = browser.StandardOutput.ReadToEndAsync();
            Task<string> errors = browser.StandardError.ReadToEndAsync();
            if (!browser.WaitForExit(Patience))
            {
                browser.Kill(entireProcessTree: true);
                Assert.Fail($"the browser has not ended within {Patience}");
            }

            Assert.True(browser.ExitCode == 0, $"the browser ended with code {browser.ExitCode}: {errors.Result}");
            return output.Result;
        }
        finally
        {
            Remove(profile);
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROME") is { Length: > 0 } named) return File.Exists(named) ? named : null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return (from name in Names from folder in folders select System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>A helper of the browser may still be writing there for a moment.</summary>
    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // It stays among the system's temporary files.
        }
    }
}
