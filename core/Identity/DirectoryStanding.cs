namespace DEngine.Core;

/// <summary>
/// What the directory that a node runs on is to the cluster, as far as the node knows (Z4). Anything but <see cref="Member"/> neither campaigns, votes,
/// confirms rounds, acknowledges for commitment nor raises a term, and serves no read but an eventual one. The process goes on running.
/// </summary>
public enum DirectoryStanding : byte
{
    /// <summary>Nothing is known against it: it may be a member's, or belong to a cluster that does not know it yet.</summary>
    Member = 0,

    /// <summary>The members know the node by another directory: this one was wiped, swapped or copied.</summary>
    Replaced = 1,

    /// <summary>An older image of the member's directory, or a copy of it: another life of it has said more than this one knows.</summary>
    OlderImage = 2,

    /// <summary>The cluster has accepted the loss of what this directory holds.</summary>
    Abandoned = 3,
}
