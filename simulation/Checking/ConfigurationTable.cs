using System.Numerics;

namespace DEngine.Simulation.Checking;

internal enum ConfigurationVerdict
{
    New,
    Known,
    Full,
}

/// <summary>
/// The configurations already searched in vain: which required steps are placed, in which state, with which optional steps used.
/// Compared exactly, never by hash alone: a collision would turn into a wrong verdict.
/// </summary>
internal sealed class ConfigurationTable(int configurationsMax, OptionalSets sets)
{
    // Windows of placed steps are short as a rule; a history with very long-lived operations stops here instead of taking all memory.
    private const int WordsPerConfigurationMax = 4;
    private const int BucketsMin = 1024;

    private int[] _buckets = new int[BucketsMin];
    private Entry[] _entries = new Entry[BucketsMin];
    private ulong[] _words = new ulong[BucketsMin];
    private int _count;
    private int _wordCount;

    /// <summary>Stored since the beginning, over all <see cref="Clear"/>.</summary>
    public long Total { get; private set; }

    /// <summary>Adds a configuration unless one is there that is as far, in the same state, and has used up no more.</summary>
    /// <param name="hash">Of the set of placed required steps.</param>
    /// <param name="state">The value of the key.</param>
    /// <param name="used">The optional steps used.</param>
    /// <param name="base">Every required step below 64 times this is placed.</param>
    /// <param name="window">The placed steps from there on as bits, up to the last word that has any.</param>
    public ConfigurationVerdict TryAdd(ulong hash, int state, int used, int @base, ReadOnlySpan<ulong> window)
    {
        hash = Mixing.Mix(hash ^ ((ulong)(uint)state << 20));
        for (int i = _buckets[Bucket(hash)] - 1; i >= 0; i = _entries[i].Next)
        {
            ref readonly Entry entry = ref _entries[i];
            if (entry.Hash == hash && entry.State == state && entry.Base == @base
                && _words.AsSpan(entry.Start, entry.Length).SequenceEqual(window) && sets.IsSubset(entry.Used, used))
            {
                return ConfigurationVerdict.Known;
            }
        }

        long wordsMax = Math.Min((long)configurationsMax * WordsPerConfigurationMax, Array.MaxLength / 2);
        if (_count >= configurationsMax || _wordCount + window.Length + sets.Words > wordsMax)
            return ConfigurationVerdict.Full;

        Reserve(window.Length);
        window.CopyTo(_words.AsSpan(_wordCount));
        ref int bucket = ref _buckets[Bucket(hash)];
        _entries[_count] = new Entry(hash, state, used, @base, _wordCount, window.Length, bucket - 1);
        _wordCount += window.Length;
        bucket = ++_count;
        Total++;
        return ConfigurationVerdict.New;
    }

    /// <summary>Forgets all: the search has passed a point behind which it never returns.</summary>
    public void Clear()
    {
        // Cheap when little was stored, which is when it is called often.
        for (int i = 0; i < _count; i++)
            _buckets[Bucket(_entries[i].Hash)] = 0;
        _count = 0;
        _wordCount = 0;
    }

    private int Bucket(ulong hash) => (int)(hash & (ulong)(_buckets.Length - 1));

    private void Reserve(int words)
    {
        if (_wordCount + words > _words.Length)
            Array.Resize(ref _words, (int)BitOperations.RoundUpToPowerOf2((uint)(_wordCount + words)));
        if (_count < _entries.Length)
            return;

        Array.Resize(ref _entries, 2 * _entries.Length);
        _buckets = new int[_entries.Length];
        for (int i = 0; i < _count; i++)
        {
            ref int bucket = ref _buckets[Bucket(_entries[i].Hash)];
            _entries[i] = _entries[i] with { Next = bucket - 1 };
            bucket = i + 1;
        }
    }

    private readonly record struct Entry(ulong Hash, int State, int Used, int Base, int Start, int Length, int Next);
}
