using System.Numerics;

namespace DEngine.Simulation.Coverage;

/// <summary>The cells that one run has met, as bits.</summary>
internal sealed class MetCells(ulong seed)
{
    private readonly ulong[] _bits = new ulong[(Cell.Count + 63) / 64];

    public ulong Seed => seed;

    public void Add(int cell) => _bits[cell / 64] |= 1UL << (cell % 64);

    public bool Contains(int cell) => (_bits[cell / 64] >> (cell % 64) & 1) != 0;

    /// <summary>Adds everything that another one has.</summary>
    public void Add(MetCells other)
    {
        for (int i = 0; i < _bits.Length; i++) _bits[i] |= other._bits[i];
    }

    /// <summary>How many it has that <paramref name="other"/> does not.</summary>
    public int CountBeyond(MetCells other)
    {
        int count = 0;
        for (int i = 0; i < _bits.Length; i++) count += BitOperations.PopCount(_bits[i] & ~other._bits[i]);
        return count;
    }

    /// <summary>Those that it has and <paramref name="other"/> does not.</summary>
    public IEnumerable<int> Beyond(MetCells other) => Enumerable.Range(0, Cell.Count).Where(cell => Contains(cell) && !other.Contains(cell));
}
