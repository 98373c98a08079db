using DEngine.Core;

namespace DEngine.Testing;

/// <summary>
/// What the conformance suite needs to know about a log storage: how to make one, and what ends it. One fixture serves one case, one
/// storage at a time.
/// </summary>
public abstract class LogStorageFixture : IDisposable
{
    /// <summary>
    /// Makes the storage over whatever this fixture's medium holds: nothing at first. Not opened. The suite disposes of it.
    /// </summary>
    public abstract ILogStorage Create();

    /// <summary>
    /// Whether <see cref="Crash"/> works. Cases that need it are skipped where it does not.
    /// </summary>
    public virtual bool CanCrash => false;

    /// <summary>
    /// Ends the process or the machine as unkindly as the medium allows: everything not synced may be lost. The storage in use is not
    /// disposed of before, and not used after.
    /// </summary>
    public virtual void Crash() => throw new NotSupportedException("This fixture cannot crash.");

    /// <summary>Removes the medium.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>One promise of <see cref="ILogStorage"/>.</summary>
/// <param name="Name">The promise, as a sentence.</param>
/// <param name="NeedsCrash">Skip it where <see cref="LogStorageFixture.CanCrash"/> is false.</param>
/// <param name="Run">Throws <see cref="ConformanceException"/> when the promise is broken. Disposes of every storage it makes, not of the
/// fixture.</param>
public sealed record LogStorageCase(string Name, bool NeedsCrash, Action<LogStorageFixture> Run)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
