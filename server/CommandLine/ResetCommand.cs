using System.CommandLine;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary><c>reset</c>: empties the data directory of a node that does not run, so that the node can come back as a new member under its number.</summary>
internal sealed class ResetCommand(Terminal terminal)
{
    private readonly Option<string> _config = new("--config") { Description = "The node's configuration, which says where its data directory is", HelpName = "FILE" };
    private readonly Option<string> _directory = new("--data-dir") { Description = "The node's data directory itself: db_root_dir and its id, such as db/1", HelpName = "DIR" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Everything in it is removed for good, and that is wanted" };

    public Command Build()
    {
        Command command = new("reset", "Empty the data directory of a node that does not run; 'dengine replace' then makes the node a member again") { _config, _directory, _yes };
        command.SetAction(parsed => Run(parsed.GetValue(_config), parsed.GetValue(_directory), parsed.GetValue(_yes)));
        return command;
    }

    private int Run(string? config, string? directory, bool isMeant)
    {
        if (config is null == directory is null)
            return terminal.Fail(ExitCode.WrongUse, "say which directory, by --config FILE or by --data-dir DIR, one of the two");
        try
        {
            directory ??= DataDirectory.Of(config!, terminal);
            if (!Directory.Exists(directory))
                return terminal.Fail(ExitCode.WrongUse, $"there is no directory {directory}: nothing to empty");
            if (!isMeant)
            {
                return terminal.Fail(
                    ExitCode.WrongUse,
                    $"reset removes everything that this node has stored in {directory}, for good; what the cluster has acknowledged must be on a majority of the other nodes. Say --yes if "
                    + "that is meant");
            }

            List<string> left = Empty(directory);
            string remains = left.Count == 0 ? "" : $" Left there, for it is not the node's: {string.Join(", ", left)}.";
            terminal.Out.WriteLine($"{directory} is empty.{remains} Start the node, and say 'dengine replace N' to the cluster, N being its number");
            return ExitCode.Done;
        }
        catch (CommandFailedException refused)
        {
            return terminal.Fail(refused.ExitCode, refused.Message);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(ExitCode.WrongUse, failed.Message);
        }
    }

    /// <summary>The identity first: should this end half way, what is left is refused by the next start.</summary>
    private static List<string> Empty(string directory)
    {
        using RealDisk disk = new(directory);
        disk.Delete(DirectoryIdentity.FileName);
        disk.SyncDirectory();
        List<string> left = [];
        foreach (string path in Directory.EnumerateFileSystemEntries(directory))
        {
            string name = Path.GetFileName(path);
            if (name == RealDisk.LockName) continue;
            if (!DataDirectory.IsOfNode(name)) left.Add(name);
            else if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }

        disk.SyncDirectory();
        left.Sort(StringComparer.Ordinal);
        return left;
    }
}
