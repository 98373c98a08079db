using DEngine.Core;

namespace DEngine;

public sealed partial class EmbeddedEngine
{
    private static readonly TimeSpan ReplacementPause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// An operator's order for when the data directory of a voter was wiped or swapped for good: the member that the cluster knew is removed, and the node that
    /// is there now under its number joins as a learner, catches up and votes. Waits until it does. May be repeated: it goes on where it was.
    /// </summary>
    /// <param name="node">The voter. It runs, on its new directory, at the address of the configuration.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="InvalidRequestException">This node does not lead, there is no such member, or it is on the directory that the members know.</exception>
    /// <exception cref="NotReadyException">The node has stopped.</exception>
    /// <exception cref="UnknownOutcomeException">
    /// It is not over in time, <see cref="EngineServices.RequestTimeout"/>; catching up may take longer. Ask again: it goes on where it was.
    /// </exception>
    public async Task ReplaceMemberAsync(uint node, CancellationToken cancellation = default)
    {
        var id = new NodeId(node);
        TimeSpan deadline = _clock.Now + _services.RequestTimeout;
        bool isBegun = false;
        try
        {
            while (true)
            {
                bool goesOn = isBegun;
                Replacement step = await _loop.CallAsync((running, now) => StepReplacement(running, id, goesOn, now)).WaitAsync(cancellation)
                    .ConfigureAwait(false);
                if (step.Refusal is { } refusal) throw new InvalidRequestException(refusal);
                if (step.IsDone) return;
                isBegun |= step.IsBegun;
                if (_clock.Now >= deadline)
                    throw new UnknownOutcomeException($"Node {node} is not a voter again yet ({step.WaitsFor}). It may still become one; ask again to go on.");
                await Task.Delay(ReplacementPause, cancellation).ConfigureAwait(false);
            }
        }
        catch (ObjectDisposedException)
        {
            throw new NotReadyException("This node has stopped.");
        }
    }

    /// <summary>On the loop: whatever comes next, by what the members are now.</summary>
    private Replacement StepReplacement(Node running, NodeId id, bool isBegun, TimeSpan now)
    {
        RaftNode raft = running.Raft;
        if (!raft.IsLeader) return new Replacement { Refusal = $"Node {NodeId} does not lead; ask the leader." };
        if (id == running.Id) return new Replacement { Refusal = $"Node {id.Value} leads: it is the member that the others know." };
        MembershipRole? role = raft.Configuration.Find(id)?.Role;
        bool isReplaced = false;
        foreach (PeerProgress peer in raft.Peers) isReplaced |= peer.Id == id && peer.IsReplaced;
        if (role is null && _options.Cluster.InitialCluster.All(member => member.Id != id.Value))
            return new Replacement { Refusal = $"There is no node {id.Value} in initial_cluster." };
        if (role == MembershipRole.Voter && !isReplaced)
        {
            bool isCommitted = raft.ConfigurationIndex <= raft.CommitIndex;
            if (isBegun) return new Replacement { IsDone = isCommitted, WaitsFor = "its vote is not committed" };
            return new Replacement { Refusal = $"Node {id.Value} has not said that it runs on another directory than the members know: nothing to replace." };
        }

        MembershipTarget target = role switch
        {
            null => MembershipTarget.Learner,
            MembershipRole.Learner when !isReplaced => MembershipTarget.Voter,
            _ => MembershipTarget.Removed,
        };
        MembershipStatus status = running.ChangeMembership([new MembershipChange(id, target)], now);
        return new Replacement { IsBegun = true, WaitsFor = status == MembershipStatus.NotCaughtUp ? "it has to catch up" : $"{target}: {status}" };
    }

    private readonly record struct Replacement
    {
        public string? Refusal { get; init; }

        public bool IsBegun { get; init; }

        public bool IsDone { get; init; }

        public string? WaitsFor { get; init; }
    }
}
