using System.CommandLine;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary><c>wal inspect DIR</c>: a node's log for human eyes. Changes nothing, and needs no node.</summary>
internal sealed class WalCommand(Terminal terminal)
{
    private readonly Argument<string> _directory = new("DIR") { Description = "A node's data directory, such as db/1" };
    private readonly Option<long> _from = new("--from") { Description = "Entries with a lower index are left out", HelpName = "INDEX" };
    private readonly Option<bool> _summary = new("--summary") { Description = "Only what there is in all, and whether it is damaged" };

    public Command Build()
    {
        Command inspect = new("inspect", "Print every record of a node's log, where it ends and whether it is damaged (exit code 1)")
        {
            _directory, _from, _summary,
        };
        inspect.SetAction(parsed => Inspect(parsed.GetValue(_directory)!, parsed.GetValue(_from), parsed.GetValue(_summary)));
        return new Command("wal", "Look at the log in a data directory") { inspect };
    }

    private int Inspect(string directory, long from, bool onlySummary)
    {
        try
        {
            using var disk = new ReadOnlyDisk(directory);
            var text = new RecordText(terminal.Out, from);
            LogInspection found = LogInspection.Read(disk, onlySummary ? null : text.Write);
            terminal.Out.WriteLine(Summary(found));
            if (found.Damage.Length > 0) return terminal.Fail(ExitCode.No, found.Damage);
            return found.Repairable == 0
                ? ExitCode.Done
                : terminal.Fail(ExitCode.No, $"{found.Repairable} places in which a bit has turned over: the next start puts them right. Look after the disk.");
        }
        catch (FileNotFoundException nothing)
        {
            return terminal.Fail(ExitCode.WrongUse, $"{directory}: {nothing.Message} A node's directory is db_root_dir and its id, such as db/1.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(ExitCode.WrongUse, $"{directory}: {unreadable.Message}");
        }
    }

    private static string Summary(LogInspection found)
    {
        string entries = found.LastIndex < found.FirstIndex ? "no entries" : $"entries {found.FirstIndex} to {found.LastIndex}";
        string torn = found.TornBytes == 0 ? "" : $"; {found.TornBytes} torn bytes behind it, which were never acknowledged";
        string end = $"{(found.Damage.Length == 0 ? "ends" : "read up to")} at {found.End.Offset} of {found.End.File}";
        return $"{entries}, {found.HardState}, {found.Records} records in {found.Segments.Count} segments; {end}{torn}";
    }
}
