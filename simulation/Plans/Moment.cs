namespace DEngine.Simulation.Plans;

/// <summary>
/// Instants at which much is decided and little is known to the others yet. A fault that strikes there, rather than at any time, meets what chance hardly ever
/// meets.
/// </summary>
public enum Moment : byte
{
    /// <summary>A leader's commit index moves for the first time in its term.</summary>
    FirstCommit,

    /// <summary>A leader's commit index moves again.</summary>
    Commit,

    /// <summary>A node has answered a candidate.</summary>
    Vote,

    /// <summary>A follower has refused entries because its log differs.</summary>
    Conflict,

    /// <summary>A node has told a client of success.</summary>
    Answer,

    /// <summary>A leader has been asked to hand leadership over, or has told another node to take over.</summary>
    HandOver,

    /// <summary>A node asks for votes, or whether it would get them.</summary>
    Campaign,

    /// <summary>A process has started and read its log.</summary>
    Start,

    /// <summary>A node leads a new term. Drawn apart from the others, see <see cref="MembershipDraw"/>.</summary>
    Elected,

    /// <summary>A leader has begun a change of the members: it is in effect there, and hardly anybody else knows. Drawn apart from the others.</summary>
    Change,

    /// <summary>A leader sends a part of a snapshot. Drawn apart from the others, see <see cref="RotDraw"/>.</summary>
    Sending,

    /// <summary>
    /// A node that lacked entries which it may have acknowledged has them, or they are given up. Drawn apart from the others, see <see cref="EchoDraw"/>.
    /// </summary>
    Recovered,

    /// <summary>A node follows a leader that it did not follow. Drawn apart from the others.</summary>
    Follows,

    /// <summary>A process has started and lacks what it may have acknowledged. Drawn apart from the others.</summary>
    Lacking,

    /// <summary>A leader's snapshot has taken the place of a node's state. Drawn apart from the others.</summary>
    Restored,
}
