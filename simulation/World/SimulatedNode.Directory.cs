using DEngine.Core;
using DEngine.Simulation.Scenarios;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>The data directory as a whole: which one it is, and what becomes of it.</summary>
internal sealed partial class SimulatedNode
{
    private const string Cluster = "simulated";

    private NodeIdentity _identity;
    private int _drawn;
    private bool _hasRun;

    /// <summary>The directory on its disk.</summary>
    public NodeIdentity Identity => _identity;

    /// <summary>Its disk is not the one with which the run began.</summary>
    public bool WasWiped { get; private set; }

    /// <summary>The process ends; when it starts again, it is on an empty disk.</summary>
    public void Wipe()
    {
        Crash(Unsynced.Lost);
        Disk.Erase();
        _identity = _world.IdentityOf(Position, ++_drawn);
        WasWiped = true;
        _hasLostPower = false;
        IsRotten = false;
        IsBroken = false;
    }

    private DirectoryLife BeginLife(SimulatedDisk disk)
    {
        uint nonce = _world.NonceOf(Position, _hasRun ? Life : 0);
        return DirectoryIdentity.Begin(disk, new DirectoryOwner(Cluster, Id), WriteAheadLog.IsIn(disk), () => _identity.Value, nonce);
    }
}
