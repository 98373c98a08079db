using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>How a run is done; changes nothing about what happens but for the script.</summary>
internal sealed record RunOptions
{
    /// <summary>What is done to the world; null: the swarm decides.</summary>
    public RunScript? Script { get; init; }

    /// <summary>What nodes hold before they first start.</summary>
    public IReadOnlyList<Preset> Presets { get; init; } = [];

    /// <summary>Where everything that is done is noted.</summary>
    public RunScript? Recording { get; init; }

    /// <summary>Told what happens.</summary>
    public IWorldWatcher? Watcher { get; init; }

    /// <summary>Told what comes true of what lay in wait.</summary>
    public IFaultWatcher? FaultWatcher { get; init; }
}
