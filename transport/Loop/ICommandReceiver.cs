using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Gets what became of commands. Called on the loop thread, once for each: must not block.</summary>
public interface ICommandReceiver
{
    /// <param name="id">As it was submitted.</param>
    /// <param name="status">What became of this attempt.</param>
    /// <param name="leader">The leader as this node knows it.</param>
    /// <param name="reply">The state machine's; valid during the call only.</param>
    void OnCommandResult(ulong id, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply);
}

/// <summary>Gets what became of operations. Called on the loop thread, once for each: must not block.</summary>
public interface IOperationReceiver
{
    /// <inheritdoc cref="ICommandReceiver.OnCommandResult"/>
    void OnOperationResult(ulong id, OperationOutcome outcome, NodeId leader, ReadOnlySpan<byte> reply);
}

/// <summary>Gets leave to read. Called on the loop thread, once for each read: must not block, and reads the state machine elsewhere.</summary>
public interface IReadReceiver
{
    /// <param name="id">As it was submitted.</param>
    /// <param name="status">Ready: the published state is recent enough from now on.</param>
    /// <param name="leader">The leader as this node knows it.</param>
    void OnReadResult(ulong id, ReadStatus status, NodeId leader);
}

/// <summary>Has gathered something to send during a pass of the loop.</summary>
internal interface IFlushable
{
    void Flush();
}
