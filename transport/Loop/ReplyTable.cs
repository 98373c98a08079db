using System.Runtime.InteropServices;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Who waits for which answer of the node. A token is a place in the table, so that nothing is hashed or allocated. Loop thread only.</summary>
internal sealed class ReplyTable : IReplySink
{
    private readonly List<Waiter> _waiters = [];
    private readonly Stack<int> _free = new();

    /// <summary>The leader as the node knows it; kept by the loop.</summary>
    public Func<NodeId> Leader { get; set; } = static () => NodeId.None;

    /// <summary>How many wait.</summary>
    public int Count => _waiters.Count - _free.Count;

    public ulong Add(InboxKind kind, object receiver, ulong id)
    {
        if (_free.TryPop(out int place))
        {
            _waiters[place] = new Waiter(kind, receiver, id);
            return (ulong)place;
        }

        _waiters.Add(new Waiter(kind, receiver, id));
        return (ulong)(_waiters.Count - 1);
    }

    public void OnCommandResult(ulong token, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply)
    {
        Waiter waiter = Remove(token);
        ((ICommandReceiver)waiter.Receiver).OnCommandResult(waiter.Id, status, leader, reply);
    }

    public void OnOperationResult(ulong token, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        Waiter waiter = Remove(token);
        ((IOperationReceiver)waiter.Receiver).OnOperationResult(waiter.Id, outcome, Leader(), reply);
    }

    public void OnReadResult(ulong token, ReadStatus status, long appliedIndex)
    {
        Waiter waiter = Remove(token);
        ((IReadReceiver)waiter.Receiver).OnReadResult(waiter.Id, status, Leader());
    }

    /// <summary>The loop is gone: nobody will answer any more, so everyone is told what is true then.</summary>
    public void FailAll()
    {
        foreach (ref Waiter waiter in CollectionsMarshal.AsSpan(_waiters))
        {
            if (waiter.Receiver is { } receiver) Fail(waiter.Kind, receiver, waiter.Id, submitted: true);
            waiter = default;
        }

        _waiters.Clear();
        _free.Clear();
    }

    /// <summary>Answers for a node that is gone. What had reached it may have been applied; what had not, certainly was not.</summary>
    public static void Fail(InboxKind kind, object receiver, ulong id, bool submitted)
    {
        switch (kind)
        {
            case InboxKind.Command:
                ((ICommandReceiver)receiver).OnCommandResult(id, submitted ? CommandStatus.Unknown : CommandStatus.NoLeader, NodeId.None, default);
                break;
            case InboxKind.Operation:
                ((IOperationReceiver)receiver).OnOperationResult(
                    id, submitted ? OperationOutcome.Unknown : OperationOutcome.NoLeader, NodeId.None, default);
                break;
            case InboxKind.Read:
                ((IReadReceiver)receiver).OnReadResult(id, ReadStatus.Stopping, NodeId.None);
                break;
            case InboxKind.PeerFrames:
            case InboxKind.Persisted:
            case InboxKind.Action:
            default:
                Invariant.Broken($"nobody waits for a {kind}");
                break;
        }
    }

    private Waiter Remove(ulong token)
    {
        Invariant.Holds(token < (ulong)_waiters.Count, "an answer goes to someone who waits", token, _waiters.Count);
        Waiter waiter = _waiters[(int)token];
        Invariant.Holds(waiter.Receiver is not null, "everything is answered once", token, _waiters.Count);
        _waiters[(int)token] = default;
        _free.Push((int)token);
        return waiter;
    }

    private readonly record struct Waiter(InboxKind Kind, object Receiver, ulong Id);
}
