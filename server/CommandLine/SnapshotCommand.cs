using System.CommandLine;

namespace DEngine.Server.CommandLine;

/// <summary><c>snapshot</c>: backups of a whole cluster.</summary>
internal static class SnapshotCommand
{
    public static Command Build(Terminal terminal) => new("snapshot", "Back a cluster up, look at a backup, begin a new cluster from one")
    {
        new SnapshotSaveCommand(terminal).Build(),
        new SnapshotRestoreCommand(terminal).Build(),
        new SnapshotInspectCommand(terminal).Build(),
    };
}
