using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>What a node was about to do for the world outside when its process ended.</summary>
internal enum PassEffect : byte
{
    /// <summary>To hand a batch to its disk.</summary>
    Submission,

    /// <summary>To send a frame.</summary>
    Message,

    /// <summary>To answer a client.</summary>
    Answer,
}

/// <summary>
/// Is told when a fault that lay in wait comes true, at the instant at which it does and with the node still as it met it; changes nothing; each implements
/// what it wants to hear. What is done at once is told as a step, see <see cref="IWorldWatcher"/>.
/// </summary>
internal interface IFaultWatcher
{
    /// <summary>The world is about to begin.</summary>
    void OnBegin(SimulatedWorld world)
    {
    }

    /// <summary>
    /// An operation of a disk goes wrong. <see cref="SimulatedNode.Node"/> is null when the process was opening its log. Also where a process that is ended
    /// from outside was in the middle of a job of its disk.
    /// </summary>
    void OnDiskFault(TimeSpan now, SimulatedNode node, DiskFaultKind fault, DiskOperationKind operation)
    {
    }

    /// <summary>A disk that hangs has not done what it was asked for.</summary>
    void OnDiskHangs(TimeSpan now, SimulatedNode node)
    {
    }

    /// <summary>A running node has found damage on its disk.</summary>
    void OnScrubFound(TimeSpan now, SimulatedNode node)
    {
    }

    /// <summary>A process ends within a pass.</summary>
    void OnEndInPass(TimeSpan now, SimulatedNode node, PassEffect before)
    {
    }

    /// <summary>A node is about to stop because its state is wrong.</summary>
    void OnDiverged(TimeSpan now, SimulatedNode node)
    {
    }

    /// <summary>A node has heard that the members know it as another directory.</summary>
    void OnFoundReplaced(TimeSpan now, SimulatedNode node)
    {
    }

    /// <summary>A link holds a frame back that was to arrive.</summary>
    void OnHeld(TimeSpan now, long frame)
    {
    }

    /// <summary>What a client asked of a node, or a node's answer, got lost.</summary>
    void OnClientMessageLost(TimeSpan now, bool isAnswer)
    {
    }
}
