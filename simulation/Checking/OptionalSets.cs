namespace DEngine.Simulation.Checking;

/// <summary>Sets of optional steps, each kept once and named by a small integer; 0 is the empty set.</summary>
internal sealed class OptionalSets
{
    private const int WordBits = 64;

    private readonly List<ulong[]> _sets = [[]];
    private readonly List<ulong> _hashes = [0];
    private readonly List<int> _sameHash = [-1];
    private readonly Dictionary<ulong, int> _byHash = new() { [0] = 0 };
    private readonly Dictionary<long, int> _with = [];

    /// <summary>What all sets together take.</summary>
    public long Words { get; private set; }

    /// <summary><paramref name="set"/> and <paramref name="step"/>, which is not in it.</summary>
    public int With(int set, int step)
    {
        long pair = ((long)set << 32) | (uint)step;
        if (_with.TryGetValue(pair, out int result))
            return result;

        int word = step / WordBits;
        ulong[] source = _sets[set];
        ulong[] words = new ulong[Math.Max(source.Length, word + 1)];
        source.CopyTo(words, 0);
        words[word] |= 1UL << (step % WordBits);
        result = Intern(words, _hashes[set] ^ Mixing.Mix((ulong)step + 1));
        _with.Add(pair, result);
        return result;
    }

    public bool IsSubset(int inner, int outer)
    {
        if (inner == outer || inner == 0)
            return true;
        ulong[] a = _sets[inner];
        ulong[] b = _sets[outer];
        if (a.Length > b.Length)
            return false;
        for (int i = 0; i < a.Length; i++)
        {
            if ((a[i] & ~b[i]) != 0)
                return false;
        }

        return true;
    }

    private int Intern(ulong[] words, ulong hash)
    {
        int first = _byHash.GetValueOrDefault(hash, -1);
        for (int id = first; id >= 0; id = _sameHash[id])
        {
            if (_sets[id].AsSpan().SequenceEqual(words))
                return id;
        }

        _sets.Add(words);
        _hashes.Add(hash);
        _sameHash.Add(first);
        _byHash[hash] = _sets.Count - 1;
        Words += words.Length;
        return _sets.Count - 1;
    }
}

/// <summary>A fixed scrambling of 64 bits (the finalizer of SplitMix64): the same on every machine and in every run.</summary>
internal static class Mixing
{
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
