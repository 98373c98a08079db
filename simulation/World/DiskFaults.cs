using DEngine.Simulation.Scenarios;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// What is going to go wrong with one disk, and where its bytes have been put: a group of records that was followed by another group, written when the
/// first was known to be durable, has a witness; damage there must be told from a torn tail.
/// </summary>
internal sealed class DiskFaults : IDiskFaults
{
    private readonly List<Armed> _armed = [];
    private readonly List<Extent> _settled = [];
    private readonly List<Extent> _last = [];
    private readonly List<Extent> _group = [];
    private Extent? _copy;

    /// <summary>Told when a fault comes true, and of which operation, if anybody wants to know.</summary>
    public Action<DiskFaultKind, DiskOperationKind>? Told { get; set; }

    /// <summary>The step whose fault came true last and ends the process, and has not been taken yet. A refused write ends nothing.</summary>
    public DiskFaultStep? Fired { get; private set; }

    public void Arm(DiskFaultStep step) => _armed.Add(new Armed(step, step.Count));

    /// <summary>Nothing goes wrong from here on.</summary>
    public void Disarm()
    {
        _armed.Clear();
        Fired = null;
    }

    public DiskFaultStep? TakeFired()
    {
        DiskFaultStep? fired = Fired;
        Fired = null;
        return fired;
    }

    public DiskFault Before(in DiskOperation operation)
    {
        Note(operation);
        for (int i = 0; i < _armed.Count; i++)
        {
            Armed armed = _armed[i];
            DiskFaultStep step = armed.Step;
            if (step.Operation is { } wanted ? operation.Kind != wanted : !operation.IsMutation) continue;
            if (armed.Left > 1)
            {
                _armed[i] = armed with { Left = armed.Left - 1 };
                continue;
            }

            _armed.RemoveAt(i);
            if (step.Fault != DiskFaultKind.Full) Fired = step;
            Told?.Invoke(step.Fault, operation.Kind);
            return new DiskFault(step.Fault, KeptBytes(step, operation.Length));
        }

        return DiskFault.None;
    }

    /// <summary>
    /// Remembers where bytes are put. Of the copy of term and vote only what is synced: with every group it says again how far the log goes, which would make
    /// it most of what there is to be damaged.
    /// </summary>
    private void Note(in DiskOperation operation)
    {
        bool isCopy = operation.File == HardStateFile.Name;
        switch (operation.Kind)
        {
            case DiskOperationKind.Write when isCopy:
                _copy = new Extent(operation.File, operation.Offset, operation.Length);
                break;
            case DiskOperationKind.Write:
                _group.Add(new Extent(operation.File, operation.Offset, operation.Length));
                break;
            case DiskOperationKind.Sync when isCopy && _copy is { } copy:
                _group.Insert(0, copy);
                _copy = null;
                break;
            default:
                break;
        }
    }

    /// <summary>A group of records is about to be written: everything up to the next sync.</summary>
    public void BeginGroup() => _group.Clear();

    /// <summary>The group has been written and synced: those before it have a witness now.</summary>
    public void EndGroup()
    {
        if (_group.Count == 0) return;
        _settled.AddRange(_last);
        _last.Clear();
        _last.AddRange(_group);
        _group.Clear();
    }

    /// <summary>
    /// The byte at <paramref name="where"/> of 2^63 among those that were synced long enough ago; null: there are none, or something that has no witness yet
    /// has been put in its place since (zeros are written ahead of use, and are settled long before the records that replace them).
    /// </summary>
    public (string File, long Offset)? Locate(SimulatedDisk disk, long where)
    {
        long total = 0;
        foreach (Extent extent in _settled) total += disk.Exists(extent.File) ? extent.Length : 0;
        string[] snapshots = [.. disk.Shown().Where(name => name.EndsWith(".snap", StringComparison.Ordinal))];
        foreach (string snapshot in snapshots) total += disk.Peek(snapshot).Length;
        if (total == 0) return null;
        long pick = (long)Math.BigMul((ulong)where << 1, (ulong)total, out _);
        foreach (string snapshot in snapshots)
        {
            int length = disk.Peek(snapshot).Length;
            if (pick < length) return (snapshot, pick);
            pick -= length;
        }

        foreach (Extent extent in _settled)
        {
            if (!disk.Exists(extent.File)) continue;
            if (pick < extent.Length) return IsWitnessed(extent.File, extent.Offset + pick) ? (extent.File, extent.Offset + pick) : null;
            pick -= extent.Length;
        }

        return null;
    }

    /// <summary>How many bytes from a place on are not in what has no witness yet; at least one.</summary>
    public int CountWitnessed(string file, long offset, int count)
    {
        int witnessed = 1;
        while (witnessed < count && IsWitnessed(file, offset + witnessed)) witnessed++;
        return witnessed;
    }

    private bool IsWitnessed(string file, long offset) => !Covers(_last, file, offset) && !Covers(_group, file, offset);

    private static bool Covers(List<Extent> extents, string file, long offset) => extents.Exists(extent => extent.Holds(file, offset));

    /// <summary>Somewhere within the write; every other time where a record may end.</summary>
    private static int KeptBytes(DiskFaultStep step, int length)
    {
        int kept = step.KeptBytes % (length + 1);
        return step.KeptBytes % 2 == 0 ? kept & ~7 : kept;
    }

    private readonly record struct Armed(DiskFaultStep Step, int Left);

    private readonly record struct Extent(string File, long Offset, int Length)
    {
        public bool Holds(string file, long offset) => offset >= Offset && offset < Offset + Length && File == file;
    }
}
