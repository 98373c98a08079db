using DEngine.Core;

namespace DEngine.Bench;

/// <summary>A leader of three takes one linearizable read, starts a round for it and releases it when a follower has confirmed.</summary>
internal sealed class LeaderRead : IWorkload
{
    private readonly RaftPass _pass = new();
    private long _round;

    public LeaderRead() => _pass.BecomeLeader();

    public void Run()
    {
        RaftNode raft = _pass.Raft;
        bool taken = raft.RequestRead(context: 1, _pass.Now());
        _pass.Leave();
        _round++;
        raft.OnHeartbeatResponse(RaftPass.Second, new HeartbeatResponse(raft.Term, _round), _pass.Now());
        raft.OnHeartbeatResponse(RaftPass.Third, new HeartbeatResponse(raft.Term, _round), _pass.Now());
        Invariant.Holds(taken && raft.Effects.Reads.Count == 1, "a confirmed read is released");
        _pass.Leave();
    }
}
