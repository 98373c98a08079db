namespace DEngine.Simulation.Coverage;

/// <summary>
/// What the runs of a sweep have met together. Runs may come in any order and are counted in that of their seeds, so that growth is the same however many ran
/// at a time. One thread at a time.
/// </summary>
/// <param name="first">The first seed of the sweep; every one after it comes too.</param>
internal sealed class SweepCoverage(ulong first)
{
    private readonly SortedDictionary<ulong, SeedCoverage> _early = [];
    private readonly long[] _counts = new long[Cell.Count];
    private readonly HashSet<ulong> _states = [];
    private readonly HashSet<ulong> _transitions = [];
    private readonly List<GrowthPoint> _growth = [];
    private readonly List<MetCells> _runs = [];
    private ulong _next = first;
    private int _cellsMet;

    /// <summary>The seed from which the sweep began.</summary>
    public ulong First { get; } = first;

    /// <summary>What was known after each seed, in order.</summary>
    public IReadOnlyList<GrowthPoint> Growth => _growth;

    /// <summary>Which cells each run has met, in order of seeds.</summary>
    public IReadOnlyList<MetCells> Runs => _runs;

    /// <summary>How often a cell was met.</summary>
    public long CountOf(int cell) => _counts[cell];

    /// <summary>A run is over.</summary>
    public void Add(SeedCoverage run)
    {
        _early.Add(run.Seed, run);
        while (_early.Remove(_next, out SeedCoverage? next))
        {
            _next++;
            Count(next);
        }
    }

    /// <summary>The sweep is over, possibly before its end: what has come is counted although seeds before it are missing.</summary>
    public void Finish()
    {
        foreach (SeedCoverage run in _early.Values) Count(run);
        _early.Clear();
    }

    private void Count(SeedCoverage run)
    {
        var met = new MetCells(run.Seed);
        int newCell = -1;
        for (int cell = 0; cell < _counts.Length; cell++)
        {
            if (run.Counts[cell] == 0) continue;
            met.Add(cell);
            if (_counts[cell] == 0)
            {
                newCell = cell;
                _cellsMet++;
            }

            _counts[cell] += run.Counts[cell];
        }

        foreach (ulong state in run.States) _states.Add(state);
        foreach (ulong transition in run.Transitions) _transitions.Add(transition);
        _runs.Add(met);
        _growth.Add(new GrowthPoint(run.Seed, _states.Count, _transitions.Count, _cellsMet, newCell));
    }
}

/// <summary>What was known after a seed.</summary>
/// <param name="Seed">After which.</param>
/// <param name="States">Abstract states of the cluster.</param>
/// <param name="Transitions">Steps from one of them to another.</param>
/// <param name="Cells">Cells of the tables.</param>
/// <param name="NewCell">One that this seed was the first to meet; -1: none.</param>
internal readonly record struct GrowthPoint(ulong Seed, int States, int Transitions, int Cells, int NewCell);
