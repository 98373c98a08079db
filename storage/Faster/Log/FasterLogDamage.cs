using DEngine.Core;

namespace DEngine.Storage.Faster;

/// <summary>Words for what a <see cref="FasterLogStorage"/> refuses to open: where, what, and what to do (D5).</summary>
internal static class FasterLogDamage
{
    private const string Advice =
        "This was durable once, so nothing has been changed and this node must not vote or acknowledge on what is left. Keep the directory for inspection; "
        + "then let the node come back with an empty directory as a new member, so that its peers give it the entries back.";

    public static StorageDamagedException Commit(string file) =>
        new($"{file} holds no commit that can be read, so it is not known up to where the log was durable. {Advice}");

    public static StorageDamagedException NoCommit(string file, string segment) =>
        new($"{file} is missing, though there are files of a log ({segment}): it is not known up to where they were durable. {Advice}");

    public static StorageDamagedException Missing(string file, long bytes, long length) =>
        new($"{file} is {(length < 0 ? "missing" : $"cut to {length} bytes")}: its first {bytes} bytes were durable. {Advice}");

    public static StorageDamagedException Record(long address, long nextIndex, long lastIndex) =>
        new($"The FASTER log is damaged at address {address}: what follows index {nextIndex - 1} cannot be read, though entries up to {lastIndex} were durable. {Advice}");
}
