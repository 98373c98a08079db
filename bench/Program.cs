using System.Globalization;
using DEngine.Bench;

switch (args)
{
    case ["budget"]:
        return BudgetCommand.Run(BudgetFile.Find());
    case ["budget", string path]:
        return BudgetCommand.Run(path);
    case ["cluster", string executable]:
        return await ClusterCommand.RunAsync(executable, TimeSpan.FromSeconds(5));
    case ["cluster", string executable, string seconds] when double.TryParse(seconds, CultureInfo.InvariantCulture, out double duration) && duration > 0:
        return await ClusterCommand.RunAsync(executable, TimeSpan.FromSeconds(duration));
    case ["stalled", string executable]:
        return await ClusterCommand.RunStalledAsync(executable, TimeSpan.FromSeconds(5));
    case ["stalled", string executable, string seconds] when double.TryParse(seconds, CultureInfo.InvariantCulture, out double duration) && duration > 0:
        return await ClusterCommand.RunStalledAsync(executable, TimeSpan.FromSeconds(duration));
    case ["snapshot", string executable, .. string[] options] when SnapshotPlan.Parse(executable, options) is { } plan:
        return await ClusterCommand.UntilInterruptedAsync(stop => SnapshotCommand.RunAsync(plan, stop));
    case ["restart", string executable]:
        return await ClusterCommand.UntilInterruptedAsync(stop => RestartCommand.RunAsync(executable, 1_000_000, stop));
    case ["restart", string executable, string entries] when int.TryParse(entries, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0:
        return await ClusterCommand.UntilInterruptedAsync(stop => RestartCommand.RunAsync(executable, count, stop));
    case ["state"]:
        return StateCommand.Execute(keys: 1_000_000, valueBytes: 100, memoryBytes: 64L << 20);
    case ["strategies"]:
        return await StrategiesCommand.ExecuteAsync(rounds: 31);
    case ["sync"]:
        return SyncCommand.Execute(rounds: 5_000);
    case ["micro", .. string[] arguments]:
        return MicroCommand.Run(arguments);
    default:
        Console.Error.WriteLine("""
            budget [FILE]                 bytes allocated per operation against bench/allocation-budget.json; fails when over
            cluster EXECUTABLE [SECONDS]  load on three servers of that executable, and on three embedded engines; 5 s per scenario
            stalled EXECUTABLE [SECONDS]  of those only: writers with and without a follower that stands still, and its catching up
            snapshot EXECUTABLE [--keys N] [--value-bytes N] [--writes-per-second N] [--seconds N]
                                          writers, memory and bytes while 1 GiB is saved, and installed on a follower; fails beyond its bounds
            restart EXECUTABLE [ENTRIES]  how long nodes take to serve again with so many entries (1,000,000) behind their snapshot
            state                         what a key costs the two key-value stores, in bytes of memory and in time
            strategies                    puts by turns with DiskFirst and MemFirst, by flush policy: medians and their ratio
            sync                          one entry and a sync in both logs by turns: medians and their ratio
            micro [OPTIONS]               the benchmarks of single pieces; options are BenchmarkDotNet's (--filter '*Codec*')
            """);
        return 2;
}
