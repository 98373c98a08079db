namespace DEngine.Core;

/// <summary>What a node is at the moment (Raft §5.1; pre-candidates as in thesis §9.6).</summary>
public enum Role : byte
{
    Follower = 0,
    PreCandidate = 1,
    Candidate = 2,
    Leader = 3,
}
