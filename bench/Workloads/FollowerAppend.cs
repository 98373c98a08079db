using DEngine.Core;

namespace DEngine.Bench;

/// <summary>A follower takes an append request, has it on its disk and acknowledges it.</summary>
internal sealed class FollowerAppend : IWorkload
{
    private readonly RaftPass _pass = new();
    private readonly byte[] _payload = new byte[Sizes.Payload];
    private readonly Entry[] _entries;

    public FollowerAppend(int entries) => _entries = new Entry[entries];

    public void Run()
    {
        RaftNode raft = _pass.Raft;
        LogPosition previous = raft.Log.Last;
        for (int i = 0; i < _entries.Length; i++)
        {
            _entries[i] = new Entry(new LogPosition(1, previous.Index + i + 1), EntryKind.Command, _payload);
        }

        var request = new AppendRequest(1, previous, previous.Index, Round: 0, _entries.Length);
        raft.OnAppendRequest(RaftPass.Second, request, _entries, _pass.Now());
        _pass.Leave();
        raft.OnPersisted(raft.LastTicket, _pass.Now());
        Invariant.Holds(raft.DurableIndex == previous.Index + _entries.Length, "what was taken is durable");
    }
}
