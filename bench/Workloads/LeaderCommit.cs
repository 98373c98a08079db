using DEngine.Core;

namespace DEngine.Bench;

/// <summary>A leader of three takes one proposal, sends it, has it on its disk, hears from both followers and commits it.</summary>
internal sealed class LeaderCommit : IWorkload
{
    private readonly RaftPass _pass = new();
    private readonly byte[] _payload = new byte[Sizes.Payload];

    public LeaderCommit() => _pass.BecomeLeader();

    public void Run()
    {
        RaftNode raft = _pass.Raft;
        bool taken = raft.Propose(EntryKind.Command, _payload, _pass.Now(), out LogPosition position);
        _pass.Leave();
        _pass.Accept(RaftPass.Second, position.Index);
        raft.OnPersisted(raft.LastTicket, _pass.Now());
        _pass.Accept(RaftPass.Third, position.Index);
        _pass.Leave();
        Invariant.Holds(taken && raft.CommitIndex == position.Index, "what was proposed is committed");
    }
}
