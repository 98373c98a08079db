using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace DEngine.Core;

/// <summary>
/// A broken invariant: this process can no longer be trusted to answer for the cluster's data and has to stop. Never caught by
/// the engine, except by the simulator, which reports it as the violation that it is.
/// </summary>
public sealed class InvariantViolationException(string message) : Exception(message);

/// <summary>Checks that stay on in Release. Each message names the invariant's number in docs/invariants.md where it has one.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantViolationException"/> unless <paramref name="condition"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Holds([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition) Broken(what);
    }

    /// <inheritdoc cref="Holds(bool, string)"/>
    /// <remarks>The message is formatted only when the condition does not hold.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Holds<T1, T2>([DoesNotReturnIf(false)] bool condition, string what, T1 first, T2 second)
    {
        if (!condition) Broken($"{what} ({first}, {second})");
    }

    /// <summary>Reports a state that the code has proved impossible.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Broken(string what) => throw new InvariantViolationException(what);
}
