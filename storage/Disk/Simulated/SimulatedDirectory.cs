using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// The names of a <see cref="SimulatedDisk"/>: what the platter holds, what the operating system shows, and the operations between the two.
/// </summary>
internal sealed class SimulatedDirectory
{
    private readonly SortedDictionary<string, SimulatedInode> _shown = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimulatedInode> _durable = new(StringComparer.Ordinal);
    private readonly List<Pending> _pending = [];

    /// <summary>Files by name, in ordinal order.</summary>
    public SortedDictionary<string, SimulatedInode> Shown => _shown;

    public void Create(string name, SimulatedInode inode) => Do(new Pending(name, null, inode));

    public void Rename(string from, string to)
    {
        SimulatedInode inode = _shown[from];
        inode.Name = to;
        Do(new Pending(to, from, inode));
    }

    public void Delete(string name) => Do(new Pending(name, null, null));

    public void Sync()
    {
        foreach (Pending operation in _pending) Apply(_durable, operation);
        _pending.Clear();
    }

    /// <summary>A failed sync: what was pending is shown, but never becomes durable.</summary>
    public void LosePending() => _pending.Clear();

    public void PowerLoss(ref DeterministicRandom random, in PowerLossPolicy policy)
    {
        var lost = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Pending operation in _pending)
        {
            bool survives = random.Chance(policy.KeepDirectoryOperation);
            if (survives && !lost.Contains(operation.Name) && (operation.From is null || !lost.Contains(operation.From)))
            {
                Apply(_durable, operation);
                continue;
            }
            lost.Add(operation.Name);
            if (operation.From is not null) lost.Add(operation.From);
        }
        _pending.Clear();
        _shown.Clear();
        foreach ((string name, SimulatedInode inode) in _durable)
        {
            inode.Name = name;
            _shown.Add(name, inode);
        }
    }

    /// <summary>
    /// Every file that has a name now or would have one after a power loss, once each, in an order that does not depend on the run.
    /// </summary>
    public List<SimulatedInode> Inodes()
    {
        var found = new List<SimulatedInode>(_shown.Values);
        foreach (SimulatedInode inode in _durable.Values)
        {
            if (!found.Contains(inode)) found.Add(inode);
        }
        foreach (Pending operation in _pending)
        {
            if (operation.Inode is not null && !found.Contains(operation.Inode)) found.Add(operation.Inode);
        }
        return found;
    }

    public SimulatedDirectory Copy()
    {
        var copy = new SimulatedDirectory();
        List<SimulatedInode> old = Inodes();
        List<SimulatedInode> made = old.ConvertAll(inode => inode.Copy());
        SimulatedInode Of(SimulatedInode inode) => made[old.IndexOf(inode)];
        foreach ((string name, SimulatedInode inode) in _shown) copy._shown.Add(name, Of(inode));
        foreach ((string name, SimulatedInode inode) in _durable) copy._durable.Add(name, Of(inode));
        foreach (Pending operation in _pending)
        {
            copy._pending.Add(operation with { Inode = operation.Inode is null ? null : Of(operation.Inode) });
        }
        return copy;
    }

    private void Do(Pending operation)
    {
        Apply(_shown, operation);
        _pending.Add(operation);
    }

    private static void Apply(SortedDictionary<string, SimulatedInode> names, in Pending operation)
    {
        if (operation.From is not null) names.Remove(operation.From);
        if (operation.Inode is null) names.Remove(operation.Name);
        else names[operation.Name] = operation.Inode;
    }

    /// <param name="Name">The name that is made, replaced or removed.</param>
    /// <param name="From">The name that ends with a rename.</param>
    /// <param name="Inode">What has the name afterwards; null after a deletion.</param>
    private readonly record struct Pending(string Name, string? From, SimulatedInode? Inode);
}
