namespace DEngine.Simulation.Checking;

// Which steps are worth trying next. Each rule leaves out only moves without which, if any valid order is left, a valid order is left.
//
//  R1  A read that may come next and gives the present state is placed at once, alone: in any valid order it can be moved up to here,
//      because it changes nothing and everything that had to precede it already does.
//  R2  Of required steps that do the same, only the one that completes first is tried: in an order that takes another of them first,
//      the two can change places. Of optional ones that do the same only the first invoked: they have no later bound at all.
//  R3  An optional step is tried only where it is seen by the very next required step (or by an optional cas that is): take a valid
//      order with the fewest optional steps; one whose result is replaced unseen could be left out, which would be fewer still.
//      For a key with appends, "seen" is weaker: its result must be a beginning of some observed string.
//  R4  The state is not left while some step still needs to see it and nothing left can bring it back.
//  R5  A write all of whose readers may come next as well (or that has none) is placed at once, alone, when nothing left needs to see
//      the present state: in any valid order this write and its reads can be moved up to here together, since the step that follows
//      them there replaces the value unseen, and so does the step that follows here. Not with optional cas, which might look.
//  R6  For a key with appends: a state from which nothing that is left to be observed can grow is as good as any other such state; they
//      are one, "dead". And the reads that come next or may come next must stay possible: the state grows into what they give by texts
//      that are left, or something left puts another string there that does.
//
// With values written once, as the simulator's workloads do, R4 and R5 leave next to no choice, so histories are judged in linear time
// whatever the concurrency. With few values and many open operations the search is exponential at worst, and its memory is bounded.
internal sealed partial class LinearizationSearch
{
    private readonly List<Move> _moves = [];
    private readonly List<int> _wanted = [];

    // By state, for a key without appends: how many steps left leave it, how many observe it.
    private readonly int[] _producers;
    private readonly int[] _needs;

    // By state, while moves are being found: how many reads that may come next give it, and the first completion of a step that sees it.
    private readonly int[] _wanting;
    private readonly int[] _wantedBy;

    // By class: the move found for it in this node (verified on use), its optional steps by invoke, and how many of them are used.
    private readonly int[] _moveOfClass;
    private readonly int[][] _optionalClasses;
    private readonly int[] _usedOfClass;

    // By result: the classes of optional steps that leave it. For a key with appends all of them under 0.
    private readonly Dictionary<int, List<int>> _classesByResult;

    // By required step: the first read from there on, or -1.
    private readonly int[] _nextRead;
    private int _optionalCas;

    private bool HasAppends => _problem.HasAppends;

    // A needed value that nothing produces. Strings may be put together in many ways; those the search must try.
    private bool HasImpossibleObservation()
    {
        if (HasAppends)
            return false;
        for (int state = 0; state < _needs.Length; state++)
        {
            if (_needs[state] > 0 && _producers[state] == 0 && state != ValueTable.Absent)
                return true;
        }

        return false;
    }

    // R1.
    private void PlaceMatchingReads()
    {
        for (int entry = _next[_head]; entry != _tail && !IsCompletion(entry); entry = _next[entry])
        {
            int step = entry >> 1;
            if (_required[step].Kind == StepKind.Read && _required[step].First == _state)
                Place(step, _state);
        }
    }

    private void FindMoves()
    {
        int start = _moves.Count;
        int firstCompletion = NoteWanted();
        if (HasAppends)
            FindTarget();
        if (TryForcedWrite(out Move forced))
        {
            _moves.Add(forced);
        }
        else
        {
            for (int entry = _next[_head]; !IsCompletion(entry); entry = _next[entry])
                TryRequired(entry >> 1, start);
            if (HasAppends)
                TryOptionalWithAppends(firstCompletion);
            else
                TryOptional(firstCompletion);
            SortMoves(start);
        }

        foreach (int state in _wanted)
            _wanting[state] = _wantedBy[state] = 0;
        _wanted.Clear();
    }

    // Fills _wanted, _wanting and _wantedBy from the steps that may come next, and gives the first completion among all.
    private int NoteWanted()
    {
        int entry = _next[_head];
        for (; !IsCompletion(entry); entry = _next[entry])
        {
            ref readonly Step step = ref _required[entry >> 1];
            if (HasAppends || step.Kind is not (StepKind.Read or StepKind.Cas) || step.First == _state)
                continue;
            Want(step.First, step.Complete);
            if (step.Kind == StepKind.Read)
                _wanting[step.First]++;
        }

        return _required[entry >> 1].Complete;
    }

    private void Want(int state, int by)
    {
        if (_wantedBy[state] == 0)
        {
            _wanted.Add(state);
            _wantedBy[state] = by;
        }

        _wantedBy[state] = Math.Min(_wantedBy[state], by);
    }

    // R5.
    private bool TryForcedWrite(out Move move)
    {
        move = default;
        if (HasAppends || _optionalCas > 0 || _needs[_state] > 0)
            return false;
        for (int entry = _next[_head]; !IsCompletion(entry); entry = _next[entry])
        {
            ref readonly Step step = ref _required[entry >> 1];
            if (step.Kind == StepKind.Write && _needs[step.First] == _wanting[step.First])
            {
                move = new Move(entry >> 1, step.First, step.Class, step.Complete);
                return true;
            }
        }

        return false;
    }

    private void TryRequired(int index, int start)
    {
        ref readonly Step step = ref _required[index];
        if (step.Kind == StepKind.Read || (step.Kind == StepKind.Cas && step.First != _state))
            return;
        int result = HasAppends ? ResultWithAppends(step) : step.Result;
        bool stays = HasAppends ? MayReach(index, result) : MayLeave(step, result);
        if (!stays)
            return;

        int deadline = step.Complete;
        if (HasAppends && _target >= 0 && _values.CanGrowInto(result, _required[_target].First))
            deadline = Math.Min(deadline, _required[_target].Complete);
        else if (!HasAppends && _wantedBy[result] > 0)
            deadline = Math.Min(deadline, _wantedBy[result]);
        var move = new Move(index, result, step.Class, deadline);

        // R2. The slot is from this node only if it points among this node's moves and back.
        int slot = _moveOfClass[step.Class];
        if (slot < start || slot >= _moves.Count || _moves[slot].Class != step.Class)
        {
            _moveOfClass[step.Class] = _moves.Count;
            _moves.Add(move);
        }
        else if (step.Complete < _required[_moves[slot].Step].Complete)
        {
            _moves[slot] = move;
        }
    }

    // R4.
    private bool MayLeave(in Step step, int result)
    {
        int needs = _needs[_state] - (step.Kind == StepKind.Cas ? 1 : 0);
        return result == _state || needs == 0 || _producers[_state] > 0;
    }

    // R3. _wanted grows while an optional cas on the way to a wanted state wants another one first.
    private void TryOptional(int firstCompletion)
    {
        if (_optional.Length == 0)
            return;
        for (int i = 0; i < _wanted.Count; i++)
        {
            int wanted = _wanted[i];
            if (!_classesByResult.TryGetValue(wanted, out List<int>? classes))
                continue;
            foreach (int @class in classes)
            {
                if (NextUnused(@class, firstCompletion) is not { } index)
                    continue;
                ref readonly Step step = ref _optional[index];
                bool enabled = step.Kind == StepKind.Write || step.First == _state;
                if (enabled && MayLeave(step with { Kind = StepKind.Write }, wanted))
                    _moves.Add(new Move(~index, wanted, @class, _wantedBy[wanted]));
                else if (!enabled)
                    Want(step.First, _wantedBy[wanted]);
            }
        }
    }

    private int? NextUnused(int @class, int firstCompletion)
    {
        int[] members = _optionalClasses[@class];
        int used = _usedOfClass[@class];
        return used < members.Length && _optional[members[used]].Invoke < firstCompletion ? members[used] : null;
    }

    // The most urgent first; a required step before an optional one. Insertion keeps equal ones in the order found: deterministic.
    private void SortMoves(int start)
    {
        for (int i = start + 1; i < _moves.Count; i++)
        {
            Move move = _moves[i];
            int at = i;
            for (; at > start && _moves[at - 1].Deadline > move.Deadline; at--)
                _moves[at] = _moves[at - 1];
            _moves[at] = move;
        }
    }

    // by: -1 when the step is placed, 1 when it is taken back.
    private void CountRequired(in Step step, int by)
    {
        if (HasAppends)
        {
            if (step.Kind is StepKind.Read or StepKind.Cas)
                _lookouts!.Add(step.First, by);
            return;
        }

        if (step.Kind is StepKind.Read or StepKind.Cas)
            _needs[step.First] += by;
        if (step.Kind is StepKind.Write or StepKind.Cas)
            _producers[step.Result] += by;
    }

    // by: 1 when the step is used, -1 when it is taken back.
    private void CountOptional(in Step step, int by)
    {
        _usedOfClass[step.Class] += by;
        if (!HasAppends)
            _producers[step.Result] -= by;
    }

    private (int[] Producers, int[] Needs) CountProducersAndNeeds()
    {
        int[] producers = new int[_values.Count];
        int[] needs = new int[_values.Count];
        foreach (Step step in _required.Concat(_optional))
        {
            if (step.Kind is StepKind.Write or StepKind.Cas)
            {
                producers[step.Result]++;
            }
        }

        foreach (Step step in _required)
        {
            if (step.Kind is StepKind.Read or StepKind.Cas)
                needs[step.First]++;
        }

        _optionalCas = _optional.Count(s => s.Kind == StepKind.Cas);
        return (producers, needs);
    }

    private Dictionary<int, List<int>> GroupByResult()
    {
        var groups = new Dictionary<int, List<int>>();
        bool[] seen = new bool[_problem.ClassCount];
        foreach (Step step in _optional)
        {
            if (seen[step.Class])
                continue;
            seen[step.Class] = true;
            int group = HasAppends ? 0 : step.Result;
            if (!groups.TryGetValue(group, out List<int>? classes))
                groups.Add(group, classes = []);
            classes.Add(step.Class);
        }

        return groups;
    }

    private static int[][] GroupOptional(Step[] optional, int classCount)
    {
        var groups = new List<int>?[classCount];
        for (int i = 0; i < optional.Length; i++)
            (groups[optional[i].Class] ??= []).Add(i);
        return [.. groups.Select(g => g is null ? [] : g.ToArray())];
    }

    private static int[] FindNextReads(Step[] required)
    {
        int[] next = new int[required.Length];
        int last = -1;
        for (int i = required.Length - 1; i >= 0; i--)
        {
            if (required[i].Kind == StepKind.Read)
                last = i;
            next[i] = last;
        }

        return next;
    }

    /// <param name="Step">A required step's number, or the complement of an optional one's.</param>
    /// <param name="Result">The state that it leaves.</param>
    /// <param name="Class">What it does.</param>
    /// <param name="Deadline">The first completion that it makes way for: the search tries the most urgent first.</param>
    private readonly record struct Move(int Step, int Result, int Class, int Deadline);
}
