using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Nemesis;

/// <summary>Decides what a script says, and nothing else. Its timed steps are performed by whoever drives the world.</summary>
internal sealed class ScriptedNemesis(RunScript script) : INemesis
{
    public FrameFate FateOf(in FrameName frame) => script.Fates.GetValueOrDefault(frame);

    public CrashNewLeaderStep? OnNewLeader(int node, long term)
    {
        foreach (CrashNewLeaderStep step in script.NewLeaders)
        {
            if (step.Node == node && step.Term == term) return step;
        }

        return null;
    }

    public void OnMoment(Moment moment, int node)
    {
        // What strikes there is a step of the script.
    }
}
