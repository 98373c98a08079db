namespace DEngine;

/// <summary>Who leads.</summary>
/// <param name="NodeId">The leader.</param>
/// <param name="Term">In which term.</param>
/// <param name="Address">Where the leader is reached, HOST:PORT.</param>
public sealed record LeaderInfo(uint NodeId, long Term, string Address);

/// <summary>Another node leads than before, or none is known.</summary>
/// <param name="Leader">The leader now, or null while there is none.</param>
/// <param name="Term">This node's term now.</param>
public sealed record LeaderChange(LeaderInfo? Leader, long Term);
