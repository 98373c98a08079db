using System.Diagnostics;

namespace DEngine.Server.Metrics;

/// <summary>What every dashboard asks of a process, under the names that they expect.</summary>
internal static class ProcessMetrics
{
    public static void WriteTo(PrometheusText page)
    {
        using Process self = Process.GetCurrentProcess();
        page.Write("process_cpu_seconds_total", "Processor time, user and system.", MetricKind.Counter, self.TotalProcessorTime.TotalSeconds);
        page.Write("process_resident_memory_bytes", "Memory in use.", MetricKind.Gauge, self.WorkingSet64);
        page.Write("process_start_time_seconds", "Start of the process, in seconds since 1970.", MetricKind.Gauge,
            new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1_000.0);
        page.Write("process_threads", "Threads of the process.", MetricKind.Gauge, self.Threads.Count);
        page.Write("dotnet_gc_heap_bytes", "Bytes on the managed heap.", MetricKind.Gauge, GC.GetTotalMemory(forceFullCollection: false));
        page.Write("dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap.", MetricKind.Counter, GC.GetTotalAllocatedBytes());
        page.Write("dotnet_gc_collections_total", "Collections of the oldest generation.", MetricKind.Counter, GC.CollectionCount(GC.MaxGeneration));
        page.Write("dotnet_gc_pause_seconds_total", "Time that collections stopped the process.", MetricKind.Counter, GC.GetTotalPauseDuration().TotalSeconds);
        page.Write("dotnet_threadpool_threads", "Threads of the pool.", MetricKind.Gauge, ThreadPool.ThreadCount);
        page.Write("dotnet_threadpool_queue_length", "Work items that wait for one.", MetricKind.Gauge, ThreadPool.PendingWorkItemCount);
    }
}
