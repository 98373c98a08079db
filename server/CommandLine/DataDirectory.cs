using System.Globalization;
using DEngine.Configuration;
using DEngine.Server.Running;

namespace DEngine.Server.CommandLine;

/// <summary>The data directory of a node, for commands that work on it while the node does not run.</summary>
internal static class DataDirectory
{
    private const string State = "state";

    private static readonly string[] Prefixes = ["identity", "hard-state", "wal-", "snapshot-", "faster-log."];

    /// <summary>Where a configuration says that it is.</summary>
    /// <exception cref="CommandFailedException">The configuration cannot be used, or says that nothing is stored; mistakes have been written.</exception>
    public static string Of(string config, Terminal terminal)
    {
        (ConfigurationResult? result, IReadOnlyList<string> mistakes) = StartSettings.Load(config, []);
        foreach (string mistake in mistakes)
            terminal.Error.WriteLine(mistake);
        if (mistakes.Count > 0 || result?.Options is not { } options)
            throw new CommandFailedException(ExitCode.WrongUse, $"{config} cannot be used: nothing was done");
        if (options.Storage.Log == LogStorageKind.Memory)
            throw new CommandFailedException(ExitCode.WrongUse, $"{config} says storage.log = \"memory\": such a node keeps nothing on disk");
        return Path.Combine(options.Cluster.DbRootDir, options.Cluster.NodeId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whether a node makes files or directories of such a name there.</summary>
    public static bool IsOfNode(string name) => name == State || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
