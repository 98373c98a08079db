using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>Damage to what the disk has promised to keep, and what the node finds of it.</summary>
internal sealed partial class SimulatedNode
{
    /// <summary>The one that was under way when the damage came, one that finds it, and one by which it is put right.</summary>
    private const int PassesOwed = 3;

    private readonly long[] _passes = new long[2];

    /// <summary>Something that was synced has been damaged.</summary>
    public bool IsRotten { get; private set; }

    /// <summary>What a start would find on the disk, as of <see cref="LookAtDisk"/>.</summary>
    public DiskFinding Finding { get; private set; }

    /// <summary>Since its disk was last damaged, and since it started, it has read all of it again so often that the damage must be gone.</summary>
    public bool HasScrubbed => _passes[0] >= PassesOwed && _passes[1] >= PassesOwed;

    /// <summary>
    /// Damages what was synced long enough ago: one bit, or so many bytes; false when there is nothing there yet.
    /// </summary>
    public bool Rot(long where, int bytes)
    {
        if (Faults.Locate(Disk, where) is not { } place) return false;
        byte[] content = Disk.Peek(place.File);
        if (place.Offset >= content.Length) return false;
        if (bytes == 0)
        {
            FlipBit(place.File, place.Offset, (int)(where & 7));
            return true;
        }

        OnRotten(place.File);
        DeterministicRandom random = _draws.Of(Concern.DiskAtCrash, Position, where);
        int count = Faults.CountWitnessed(place.File, place.Offset, Math.Min(bytes, content.Length - (int)place.Offset));
        for (int bit = 0; bit < 8 * count; bit++)
        {
            if (random.Chance(0.5)) Disk.FlipBit(place.File, place.Offset + (bit / 8), bit % 8);
        }

        return true;
    }

    /// <summary>Turns one bit over, synced or not.</summary>
    public void FlipBit(string file, long offset, int bit)
    {
        OnRotten(file);
        Disk.FlipBit(file, offset, bit);
    }

    private void OnRotten(string file)
    {
        IsRotten = true;
        _world.Rotten.OnRot(Id, file, Disk.Peek(file));
        _passes.AsSpan().Clear();
    }

    /// <summary>Tries on a copy what a start would find.</summary>
    public void LookAtDisk()
    {
        // A torn write may have been taken for damage (seed 7332).
        Finding = IsBroken ? DiskFinding.Unusable : DiskFinding.Whole;
        if ((IsRotten || Durable.SaysRecovering) && !IsBroken) Finding = TryStart().Finding;
    }

    /// <summary>Tries on a copy what of the disk a start would find damaged; empty: nothing.</summary>
    public string FindDamage() => TryStart().Damage;

    /// <summary>Tries on a copy what a start would make of the disk, and what it would say of it; nothing to say: empty.</summary>
    public (DiskFinding Finding, string Damage) TryStart()
    {
        SimulatedDisk copy = Disk.Copy();
        copy.ProcessCrash();
        try
        {
            bool isRepaired = BeginLife(copy).IsRepaired;
            NodeRecovery found = NodeRecovery.Read(new WriteAheadLog(copy, LogOptions()), new SnapshotFiles(copy), new OnceOnlyStore(Id), _plan.Node.Sessions);
            found.Restore?.Dispose();
            string damage = found.Storage.Damage;
            int repairs = found.Storage.Repairs + (isRepaired ? 1 : 0);
            if (repairs > 0) damage = $"{repairs} places to put right; {damage}";
            return (found.Storage.Recovery == RecoveryReason.Damaged ? DiskFinding.Damaged : DiskFinding.Whole, damage);
        }
        catch (StorageDamagedException unusable)
        {
            return (DiskFinding.Unusable, unusable.Message);
        }
    }

    private void OnScrubbed(in ScrubStep step, bool isLog)
    {
        if (step.EndsPass) _passes[isLog ? 0 : 1]++;
        if (step.Repaired.Length == 0 && step.Damage.Length == 0) return;
        if (!IsRotten) throw new ViolationException($"SCRUB {Id} finds what nobody has damaged: {step.Repaired}{step.Damage}");
        _world.FaultWatcher?.OnScrubFound(_world.Queue.Now, this);
    }
}
