namespace DEngine.Core;

/// <summary>From a leader to a node that runs on another directory than the members know it by.</summary>
/// <param name="Term">The leader's.</param>
/// <param name="Known">The directory that they know.</param>
public readonly record struct IdentityNotice(long Term, NodeIdentity Known);
