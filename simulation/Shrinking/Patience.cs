using DEngine.Simulation.World;

namespace DEngine.Simulation.Shrinking;

/// <summary>Ends a run that has become longer than it is worth.</summary>
/// <param name="eventsMax">Events of nodes that a run may have.</param>
/// <param name="onlySafetyPhase">It ends with its safety phase.</param>
/// <param name="isTimeUp">Whether there is no time for any run any more.</param>
internal sealed class Patience(long eventsMax, bool onlySafetyPhase, Func<bool> isTimeUp) : IWorldWatcher
{
    private const int EventsBetweenLooks = 1024;

    private long _events;

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        if (++_events > eventsMax || (_events % EventsBetweenLooks == 0 && isTimeUp())) throw new OutOfPatienceException();
    }

    public void OnSettled(TimeSpan now)
    {
        if (onlySafetyPhase) throw new OutOfPatienceException();
    }
}

/// <summary>A run was not worth its time.</summary>
internal sealed class OutOfPatienceException : Exception
{
}
