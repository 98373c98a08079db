using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>speed</c>: how much faster than real time one core simulates, without faults.</summary>
internal static class SpeedCommand
{
    public static Command Create()
    {
        var command = new Command("speed", "Measure how much simulated time one core does in a second: a cluster under steady load, and an idle one.");
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            Measure(output, "steady load, 3 nodes", SpeedPlan.Steady, TimeSpan.FromMinutes(10));
            Measure(output, "idle, 3 nodes", SpeedPlan.Idle, TimeSpan.FromHours(4));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Measure(TextWriter output, string name, Func<TimeSpan, RunPlan> plan, TimeSpan duration)
    {
        // Until all of it has been compiled as well as it ever is.
        for (int i = 0; i < 3; i++) Simulator.Run(plan(duration / 3));
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan pauses = GC.GetTotalPauseDuration();
        long started = Stopwatch.GetTimestamp();
        RunResult result = Simulator.Run(plan(duration));
        double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        pauses = GC.GetTotalPauseDuration() - pauses;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-20} {result.SimulatedTime.TotalSeconds / wall,8:F0} times real time: {result.SimulatedTime.TotalSeconds:F0} s in {wall:F2} s, {result.Events / wall:F0} events/s, {result.Operations / result.SimulatedTime.TotalSeconds:F0} operations in a simulated second, {bytes / result.Events} bytes an event, {100 * pauses.TotalSeconds / wall:F1} % in collections"));
        if (result.Verdict != RunVerdict.Passed) output.WriteLine(result.ToString());
    }
}
