namespace DEngine.Core;

/// <summary>What a leader knows of the recovery of a peer.</summary>
/// <param name="Id">Which recovery of the peer.</param>
/// <param name="Target">Where the leader's log ended when it first heard of it: so far the peer has to be brought.</param>
public readonly record struct PeerRecovery(ulong Id, LogPosition Target);
