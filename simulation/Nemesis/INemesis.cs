using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Nemesis;

/// <summary>Whoever decides what goes wrong in a run: the swarm, or a script. Every decision is keyed by its subject and ordinal.</summary>
internal interface INemesis
{
    /// <summary>What becomes of a frame that no cut loses.</summary>
    FrameFate FateOf(in FrameName frame);

    /// <summary>What befalls a node in the very pass that makes it the leader of a term; null: nothing.</summary>
    CrashNewLeaderStep? OnNewLeader(int node, long term);

    /// <summary>A moment has come at a node.</summary>
    void OnMoment(Moment moment, int node);
}
