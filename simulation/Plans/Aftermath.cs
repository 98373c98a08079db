namespace DEngine.Simulation.Plans;

/// <summary>The state in which a node is left when the safety phase ends; a quorum is whole, the rest need not be.</summary>
public enum Aftermath : byte
{
    /// <summary>Up, and connected with everybody who is.</summary>
    Whole,

    /// <summary>Its process is gone.</summary>
    Down,

    /// <summary>It sends and does not receive.</summary>
    Deaf,

    /// <summary>It receives and does not send.</summary>
    Mute,

    /// <summary>It runs on its own.</summary>
    CutOff,

    /// <summary>It is connected with one other node only.</summary>
    OneLink,

    /// <summary>Its process is stopped for good; connections to it stay open.</summary>
    Frozen,

    /// <summary>Its disk does not come back; the rest of it goes on.</summary>
    DiskHangs,
}
