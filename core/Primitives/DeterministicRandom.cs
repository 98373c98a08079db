namespace DEngine.Core;

/// <summary>
/// A seeded stream of numbers: xoshiro256** (Blackman and Vigna, 2018), its state filled by SplitMix64. The same seed gives the same
/// stream on every machine and runtime version, which System.Random does not promise. A mutable struct: hold it in a field, pass it by ref.
/// </summary>
public struct DeterministicRandom
{
    private ulong _s0, _s1, _s2, _s3;

    public DeterministicRandom(ulong seed)
    {
        _s0 = Mix(ref seed);
        _s1 = Mix(ref seed);
        _s2 = Mix(ref seed);
        _s3 = Mix(ref seed);
    }

    /// <summary>A stream of its own for one concern, so that drawing more numbers for one does not shift another's.</summary>
    public static DeterministicRandom For(ulong seed, ulong concern)
    {
        ulong mixed = seed;
        ulong first = Mix(ref mixed);
        mixed ^= concern * 0xD1342543DE82EF95;
        return new DeterministicRandom(first ^ Mix(ref mixed));
    }

    public ulong NextUInt64()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number in [0, <paramref name="exclusiveMax"/>). The bias of the multiply-shift (under 2^-32 for small ranges) does not matter here.</summary>
    public long Next(long exclusiveMax)
    {
        Invariant.Holds(exclusiveMax > 0, "random range must not be empty");
        return (long)Math.BigMul(NextUInt64(), (ulong)exclusiveMax, out _);
    }

    /// <summary>A number in [<paramref name="inclusiveMin"/>, <paramref name="inclusiveMax"/>].</summary>
    public long Between(long inclusiveMin, long inclusiveMax) => inclusiveMin + Next(inclusiveMax - inclusiveMin + 1);

    /// <inheritdoc cref="Between(long, long)"/>
    public TimeSpan Between(TimeSpan inclusiveMin, TimeSpan inclusiveMax) => new(Between(inclusiveMin.Ticks, inclusiveMax.Ticks));

    /// <summary>True with the given probability, in [0, 1].</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
