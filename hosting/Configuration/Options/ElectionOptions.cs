namespace DEngine.Configuration;

/// <summary>
/// When a follower stops waiting for its leader (<c>[raft.election]</c>). Each wait is drawn at random between the two, so that candidates
/// seldom collide (Raft paper, section 5.2).
/// </summary>
public sealed class ElectionOptions
{
    /// <summary>Shortest wait, in milliseconds. Default 1000, range 10 to 60000. More than twice the heartbeat.</summary>
    public int ElectionTimeoutMinMs { get; set; } = 1000;

    /// <summary>Longest wait, in milliseconds. Default 2000, range 11 to 120000. More than the shortest.</summary>
    public int ElectionTimeoutMaxMs { get; set; } = 2000;
}
