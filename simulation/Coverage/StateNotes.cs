using DEngine.Simulation.World;

namespace DEngine.Simulation.Coverage;

/// <summary>The abstract states that a run has been in, and the transitions between them; each once, in the order in which they came.</summary>
internal sealed class StateNotes
{
    private readonly HashSet<ulong> _seen = [];
    private readonly HashSet<ulong> _seenTransitions = [];
    private readonly List<ulong> _states = [];
    private readonly List<ulong> _transitions = [];
    private ulong _current;

    public IReadOnlyList<ulong> States => _states;

    public IReadOnlyList<ulong> Transitions => _transitions;

    public void Enter(ulong state)
    {
        var transition = default(TraceHash);
        transition.Add(_current);
        transition.Add(state);
        transition.Add(0);
        _current = state;
        if (_seen.Add(state)) _states.Add(state);
        if (_seenTransitions.Add(transition.Value)) _transitions.Add(transition.Value);
    }
}
