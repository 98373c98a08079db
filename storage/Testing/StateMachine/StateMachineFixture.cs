using DEngine.Core;

namespace DEngine.Testing;

/// <summary>What the conformance suite needs to know about a state machine. One fixture serves one case, with several machines at once.</summary>
public abstract class StateMachineFixture : IDisposable
{
    /// <summary>
    /// Makes an empty state machine, independent of every other. The suite disposes of it where it is <see cref="IDisposable"/>.
    /// </summary>
    public abstract IStateMachine Create();

    /// <summary>
    /// Makes the next command, as a client would send it: mostly ones that change something, some that fail (a condition that does not hold, a thing that is
    /// not there). The same stream of numbers gives the same commands. A few hundred of them should touch the same things again and again.
    /// </summary>
    /// <param name="random">The only source of chance. Pass it on by reference.</param>
    public abstract byte[] MakeCommand(ref DeterministicRandom random);

    /// <summary>
    /// Commands that make no sense to this state machine: it must answer each, and change nothing. The suite adds none of its own, because it cannot know; cut
    /// and mutilated commands are tried in any case, and must be answered in the same way by every replica. Default: none.
    /// </summary>
    public virtual IReadOnlyList<byte[]> MalformedCommands => [];

    /// <summary>
    /// Everything that readers can see of a machine right now, in any form that is equal when what they see is equal; null when nobody reads but by
    /// commands. Default: null.
    /// </summary>
    public virtual string? ReadPublished(IStateMachine machine) => null;

    /// <summary>Removes whatever the machines have left.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>One promise of <see cref="IStateMachine"/>.</summary>
/// <param name="Name">The promise, as a sentence.</param>
/// <param name="Run">Throws <see cref="ConformanceException"/> when the promise is broken. Disposes of every machine it makes, not of the fixture.</param>
public sealed record StateMachineCase(string Name, Action<StateMachineFixture> Run)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
