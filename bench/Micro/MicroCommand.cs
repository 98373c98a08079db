using BenchmarkDotNet.Running;

namespace DEngine.Bench;

/// <summary>The benchmarks of single pieces.</summary>
internal static class MicroCommand
{
    /// <param name="arguments">BenchmarkDotNet's own; none: all benchmarks.</param>
    public static int Run(string[] arguments)
    {
        BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, new ShortConfig());
        return 0;
    }
}
