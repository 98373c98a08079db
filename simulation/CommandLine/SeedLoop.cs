namespace DEngine.Simulation.CommandLine;

/// <summary>Seeds side by side, each on one of several threads.</summary>
internal static class SeedLoop
{
    /// <param name="range">Which ones.</param>
    /// <param name="jobs">Threads.</param>
    /// <param name="isEnough">Asked before each seed whether to stop. Any of the threads.</param>
    /// <param name="run">Runs a seed. Any of the threads, several at once.</param>
    /// <param name="onProgress">Called several times a second, and once at the end. The calling thread.</param>
    public static void Run(SeedRange range, int jobs, Func<bool> isEnough, Action<ulong> run, Action onProgress)
    {
        long next = 0;
        var threads = new Thread[jobs];
        for (int i = 0; i < jobs; i++)
        {
            threads[i] = new Thread(() =>
            {
                while (!isEnough())
                {
                    ulong offset = (ulong)Interlocked.Increment(ref next) - 1;
                    if (offset >= range.Count) return;
                    run(range.First + offset);
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            while (!thread.Join(TimeSpan.FromMilliseconds(200))) onProgress();
        }

        onProgress();
    }
}
