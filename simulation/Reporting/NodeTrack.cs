using DEngine.Core;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Reporting;

/// <summary>What one node was like after each event, as changes.</summary>
internal sealed class NodeTrack
{
    private static readonly int FieldCount = Enum.GetValues<NodeField>().Length;

    private readonly long[] _last = new long[FieldCount];
    private readonly long[] _now = new long[FieldCount];

    public LogTrack Log { get; } = new();

    /// <summary>The rows after which something was different.</summary>
    public List<int> Rows { get; } = [];

    /// <summary>For each of <see cref="Rows"/>: a bit for each field that is different, then the new value of each.</summary>
    public List<long> Changes { get; } = [];

    /// <summary>The node that was looked at last; null: none yet.</summary>
    public SimulatedNode? Node { get; private set; }

    public long ValueOf(NodeField field) => _last[(int)field];

    /// <summary>Looks at the node and notes what is different since the last time.</summary>
    public void Look(int row, TimeSpan now, SimulatedNode node)
    {
        Node = node;
        _last.CopyTo(_now.AsSpan());
        ReadMachine(now, node);
        if (node.Node is { } running)
        {
            ReadProcess(node, running);
            Log.Look(row, running.Raft.Log);
        }
        else
        {
            Set(NodeField.LeaseUntil, 0);
            Set(NodeField.PendingWrites, 0);
            Set(NodeField.PendingReads, 0);
        }

        Note(row);
    }

    private void ReadMachine(TimeSpan now, SimulatedNode node)
    {
        NodeFlags flags = node.Node is { } running ? NodeFlags.Up | (running.IsStorageFull ? NodeFlags.DiskIsFull : 0) : 0;
        if (node.Node is not null && node.DiskWorker.IsBusy) flags |= NodeFlags.DiskIsBusy;
        if (node.IsRotten) flags |= NodeFlags.DiskHasRotted;
        if (node.IsBroken) flags |= NodeFlags.IsBroken;
        Set(NodeField.Flags, (long)flags);
        Set(NodeField.PausedUntil, Until(node.PausedUntil, now));
        Set(NodeField.DiskHangsUntil, Until(node.DiskHangsUntil, now));
        ReadClock(now, node.Clock);
    }

    private void ReadClock(TimeSpan now, SimulatedClock clock)
    {
        long rate = (long)Math.Round((clock.Rate - 1) * 1e9);
        long offset = clock.ToLocal(now).Ticks - now.Ticks;
        long expected = _last[(int)NodeField.ClockOffset]
            + (long)((now.Ticks - _last[(int)NodeField.ClockSince]) * (_last[(int)NodeField.ClockRate] / 1e9));
        if (rate == _last[(int)NodeField.ClockRate] && Math.Abs(expected - offset) <= TimeSpan.TicksPerMicrosecond) return;
        Set(NodeField.ClockRate, rate);
        Set(NodeField.ClockSince, now.Ticks);
        Set(NodeField.ClockOffset, offset);
    }

    private void ReadProcess(SimulatedNode node, Node running)
    {
        RaftNode raft = running.Raft;
        Set(NodeField.Role, (long)raft.Role);
        Set(NodeField.Term, raft.Term);
        Set(NodeField.VotedFor, raft.HardState.VotedFor.Value);
        Set(NodeField.Leader, raft.Leader.Value);
        Set(NodeField.CommitIndex, raft.CommitIndex);
        Set(NodeField.AppliedIndex, running.AppliedIndex);
        Set(NodeField.LastIndex, raft.Log.LastIndex);
        Set(NodeField.DurableIndex, raft.DurableIndex);
        bool serves = raft is { IsLeader: true, HasCommittedInTerm: true } && raft.TransferTarget.IsNone;
        Set(NodeField.LeaseUntil, serves && raft.LeaseUntil is { } until ? Instant(node.Clock.ToTrue(until)) : 0);
        Set(NodeField.PendingWrites, running.PendingWrites);
        Set(NodeField.PendingReads, running.PendingReads);
        Set(NodeField.TransferTarget, raft.TransferTarget.Value);
    }

    private void Note(int row)
    {
        long mask = 0;
        for (int field = 0; field < FieldCount; field++)
        {
            if (_now[field] != _last[field]) mask |= 1L << field;
        }

        if (mask == 0) return;
        Rows.Add(row);
        Changes.Add(mask);
        for (int field = 0; field < FieldCount; field++)
        {
            if (_now[field] != _last[field]) Changes.Add(_now[field]);
        }

        _now.CopyTo(_last.AsSpan());
    }

    private void Set(NodeField field, long value) => _now[(int)field] = value;

    private static long Until(TimeSpan until, TimeSpan now) => until <= now ? 0 : Instant(until);

    private static long Instant(TimeSpan at) => at >= Lasting.Forever / 2 ? -1 : at.Ticks;
}
