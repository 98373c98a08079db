using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>Is told everything that happens in a world, in order; changes nothing. For reports and coverage; each implements what it wants to hear.</summary>
internal interface IWorldWatcher
{
    /// <summary>Something was done from outside.</summary>
    void OnStep(TimeSpan now, Step step)
    {
    }

    /// <summary>A frame has been sent, or lost at once. The bytes are valid during the call only.</summary>
    void OnSent(in SentFrame frame, ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>A frame, or a copy of it, has arrived at a node that runs.</summary>
    void OnArrived(TimeSpan now, long frame)
    {
    }

    /// <summary>A frame got lost on its way: a cut, a node that is down, a damaged frame.</summary>
    void OnLost(TimeSpan now, long frame)
    {
    }

    /// <summary>
    /// A node has taken in an event; <see cref="SimulatedNode.Node"/> is null when its process has ended by it. <see cref="EventKind.Fault"/>: by the step,
    /// or the end of the safety phase, that was told just before.
    /// </summary>
    void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
    }

    /// <summary>A client has begun an operation.</summary>
    void OnBegun(TimeSpan now, OperationStep operation)
    {
    }

    /// <summary>A client's operation is over.</summary>
    void OnEnded(TimeSpan now, OperationStep operation, string outcome)
    {
    }

    /// <summary>The safety phase is over.</summary>
    void OnSettled(TimeSpan now)
    {
    }
}

/// <summary>One frame on its way.</summary>
/// <param name="Id">Counts all frames of the run, from 1; copies share it.</param>
/// <param name="Name">Its link and ordinal.</param>
/// <param name="At">When it was sent.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="WasCut">The link was cut.</param>
internal readonly record struct SentFrame(long Id, FrameName Name, TimeSpan At, FrameFate Fate, bool WasCut);
