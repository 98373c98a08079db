using System.CommandLine;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary><c>snapshot restore FILE</c>: the data directory of one node of a new cluster, which begins with what a backup holds.</summary>
internal sealed class SnapshotRestoreCommand(Terminal terminal)
{
    private readonly Argument<string> _file = new("FILE") { Description = "A backup, the same for every node of the new cluster" };
    private readonly Option<string> _config = new("--config") { Description = "The node's configuration, which says where its data directory is", HelpName = "FILE" };
    private readonly Option<string> _directory = new("--data-dir") { Description = "The node's data directory itself: db_root_dir and its id, such as db/1", HelpName = "DIR" };

    public Command Build()
    {
        Command command = new("restore", "Make the data directory of a node of a new cluster from a backup; for each of its nodes") { _file, _config, _directory };
        command.SetAction(parsed => Run(parsed.GetValue(_file)!, parsed.GetValue(_config), parsed.GetValue(_directory)));
        return command;
    }

    private int Run(string file, string? config, string? directory)
    {
        if (config is null == directory is null)
            return terminal.Fail(ExitCode.WrongUse, "say where to restore, by --config FILE or by --data-dir DIR, one of the two");
        try
        {
            directory ??= DataDirectory.Of(config!, terminal);
            ThrowUnlessEmpty(directory);
            SnapshotContent content = SnapshotContent.Read(file);
            if (content.Damage.Count > 0)
                return terminal.Fail(ExitCode.No, $"{file} is damaged, and nothing was restored: {content.Damage[0]}. 'dengine snapshot inspect' says more");

            Restore(file, directory, content.Verifier.Id);
            terminal.Out.WriteLine(
                $"restored everything up to entry {content.Verifier.Last.Index} of term {content.Verifier.Last.Term} to {directory}: "
                + $"{content.Keys} keys, {content.Sessions} sessions. Restore the same file for every node of the new cluster, then start them");
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

    /// <summary>A node that has a log has given votes and acknowledgements, and must not forget them.</summary>
    private static void ThrowUnlessEmpty(string directory)
    {
        bool isFilled = Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any(path => Path.GetFileName(path) != RealDisk.LockName);
        if (isFilled || File.Exists(directory))
        {
            throw new CommandFailedException(
                ExitCode.WrongUse,
                $"{directory} is not empty, and nothing was restored: a backup begins a new cluster, in new data directories. Name another directory, or move this one away");
        }
    }

    /// <summary>As a node takes a leader's snapshot in: every byte is checked on its way, and the name comes when all of it is durable.</summary>
    private static void Restore(string file, string directory, SnapshotId snapshot)
    {
        using RealDisk disk = new(directory);
        try
        {
            Receive(file, directory, snapshot, disk);
        }
        catch
        {
            // It was empty before, so that another attempt finds it as this one did.
            foreach (string name in disk.List())
                disk.Delete(name);
            throw;
        }
    }

    private static void Receive(string file, string directory, SnapshotId snapshot, RealDisk disk)
    {
        using SnapshotFiles files = new(disk);
        _ = files.Open();
        long have = files.BeginReceive(snapshot);
        using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        source.Position = have;
        byte[] buffer = new byte[128 << 10];
        for (int count = source.Read(buffer); count > 0; count = source.Read(buffer))
            files.Receive(buffer.AsSpan(0, count));
        using SnapshotRestore restore = new Applier(new KeyValueStore(), new Core.SessionOptions()).BeginRestore();
        SnapshotCheck check;
        do check = files.FinishReceive(restore);
        while (check == SnapshotCheck.GoesOn);
        if (check == SnapshotCheck.Wrong)
            throw new IOException($"{file} has changed while it was read; nothing was restored to {directory}");
    }
}
