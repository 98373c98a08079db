using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Passes are for something (S4): none follows another with nothing to take in, nothing to do and a deadline that is over; and at rest they are few, as are
/// frames.
/// </summary>
internal sealed class PassChecker(RunPlan plan)
{
    /// <summary>What a node does at rest besides beats: comparisons, elections of nodes that cannot win, questions to peers that do not answer.</summary>
    private const int Besides = 40;

    private readonly State[] _states = new State[plan.NodeCount];

    /// <summary>Something has come in.</summary>
    public void OnInput(int position) => _states[position].HasInput = true;

    /// <summary>Something goes out.</summary>
    public void OnEffect(int position) => _states[position].HasEffect = true;

    public void OnFrame(int position) => _states[position].Frames++;

    /// <summary>A pass is over.</summary>
    /// <param name="position">Of the node.</param>
    /// <param name="node">As the pass has left it.</param>
    /// <param name="appliedBefore">What it had applied before.</param>
    /// <param name="now">Of the pass, by the node's clock.</param>
    public void OnPass(int position, Node node, long appliedBefore, TimeSpan now)
    {
        ref State state = ref _states[position];
        state.Passes++;
        bool isIdle = !state.HasInput && !state.HasEffect && node.AppliedIndex == appliedBefore;
        state.IdleInARow = isIdle && node.NextDeadline <= now ? state.IdleInARow + 1 : 0;
        state.HasInput = state.HasEffect = false;
        if (state.IdleInARow > 1)
            throw new ViolationException($"SPIN {node.Id} passes again and again with nothing to do: its deadline {node.NextDeadline} is over at {now}");
    }

    /// <summary>The cluster is at peace from now on.</summary>
    public void OnPeace()
    {
        foreach (ref State state in _states.AsSpan()) state.Passes = state.Frames = 0;
    }

    /// <summary>The cluster has been at peace for so long.</summary>
    /// <returns>Who has done too much meanwhile; empty: none has.</returns>
    public string FindBusy(TimeSpan time)
    {
        double beats = 1 + (time / plan.Node.Raft.HeartbeatInterval) + (time / plan.Node.DigestInterval);
        long framesMax = (long)(beats * plan.NodeCount * 6) + (Besides * plan.NodeCount);
        long passesMax = framesMax * 2;
        for (int i = 0; i < _states.Length; i++)
        {
            if (_states[i].Frames > framesMax) return $"REST n{i + 1} has sent {_states[i].Frames} frames in {time.TotalSeconds:F3} s of peace; {framesMax} are enough";
            if (_states[i].Passes > passesMax) return $"REST n{i + 1} has made {_states[i].Passes} passes in {time.TotalSeconds:F3} s of peace; {passesMax} are enough";
        }

        return "";
    }

    private struct State
    {
        public bool HasInput;
        public bool HasEffect;
        public int IdleInARow;
        public long Passes;
        public long Frames;
    }
}
