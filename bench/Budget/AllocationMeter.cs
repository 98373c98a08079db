using System.Runtime;

namespace DEngine.Bench;

/// <summary>Measures what the calling thread allocates.</summary>
internal static class AllocationMeter
{
    private const int Rounds = 3;

    /// <summary>More than any workload allocates in a round.</summary>
    private const long RoundBytesMax = 64 << 20;

    /// <summary>
    /// Bytes per run in the steady state. Of several rounds the least: what the runtime allocates for itself, once, when code is compiled
    /// anew or a type is met for the first time, is not the workload's.
    /// </summary>
    public static double BytesPerRun(BudgetedWorkload budgeted)
    {
        IWorkload workload = budgeted.Create();
        using var owned = workload as IDisposable;
        AllocatedBy(workload, budgeted.Runs);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++) least = Math.Min(least, AllocatedBy(workload, budgeted.Runs));
        return (double)least / budgeted.Runs;
    }

    /// <summary>Without a collection in between: what it leaves of the thread's block of memory unused would count as allocated.</summary>
    private static long AllocatedBy(IWorkload workload, int runs)
    {
        GC.TryStartNoGCRegion(RoundBytesMax);
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < runs; i++) workload.Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        finally
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        }
    }
}
