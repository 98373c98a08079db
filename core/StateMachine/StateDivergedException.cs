namespace DEngine.Core;

/// <summary>
/// What this node has applied is not what the cluster has: its state is wrong, and it has to stop before anybody reads more of it (S2). The message says how
/// that was found out and what to do.
/// </summary>
public sealed class StateDivergedException : Exception
{
    private StateDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>A majority of the voters has another digest at the same entry.</summary>
    internal static StateDivergedException FromMajority(NodeId node, long index, ulong own, ulong majority) => new(
        $"Applying the log up to entry {index} has led node {node.Value} to digest {own:x16}, and a majority of the voters to {majority:x16}: its state is wrong. "
        + "Check this machine's memory. Started again, the node replays its log from its newest snapshot, which may put it right; when it stops here again, remove "
        + "its data directory and replace the node by a new one.");

    /// <summary>The state is not what its own digest says.</summary>
    internal static StateDivergedException InMemory(ulong digest, ulong found) => new(
        $"The records in memory come to digest {found:x16}, and the commands that made them to {digest:x16}: something else has changed them. No snapshot was written. "
        + "Check this machine's memory; started again, the node replays its log from its newest snapshot.");
}
