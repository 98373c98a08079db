namespace DEngine.Core;

/// <summary>What there is to tell of the members.</summary>
public enum MembershipStage : byte
{
    /// <summary>A configuration is in effect here, committed or not; or has been taken back for the one before.</summary>
    InEffect = 0,

    /// <summary>The members know this node as another directory: it is not the voter that it was (Z4).</summary>
    Replaced = 1,

    /// <summary>This node would form a new cluster, and not every voter has been heard from yet: the first election needs all of them. Told once.</summary>
    Forming = 2,
}

/// <summary>A change of the members, or of this node's place among them, for people.</summary>
/// <param name="Stage">Which.</param>
/// <param name="Configuration">In effect now.</param>
/// <param name="Index">Where it stands in the log; 0: nowhere.</param>
/// <param name="Known">Replaced: the directory that the members know.</param>
public readonly record struct MembershipEvent(MembershipStage Stage, Configuration Configuration, long Index, NodeIdentity Known = default);
