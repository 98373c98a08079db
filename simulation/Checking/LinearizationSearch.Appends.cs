namespace DEngine.Simulation.Checking;

// What is special about keys that are appended to: R3 and R6.
internal sealed partial class LinearizationSearch
{
    // By result of an overwrite that a read may need: the classes of optional overwrites that can bring it about.
    private readonly Dictionary<int, int[]> _overwritesFor = [];
    private Lookouts? _lookouts;
    private int[] _classOfText = [];

    // The read that must be possible first, of those that may come next and the next one after them; -1: none is left.
    private int _target = -1;

    private void PrepareAppends()
    {
        _lookouts = new Lookouts(_values);
        foreach (Step step in _required)
        {
            if (step.Kind is StepKind.Read or StepKind.Cas)
                _lookouts.Add(step.First, 1);
        }

        // An optional cas may always still look.
        foreach (Step step in _optional)
        {
            if (step.Kind == StepKind.Cas)
                _lookouts.Add(step.First, 1);
        }

        _classOfText = new int[_problem.ClassCount];
        Array.Fill(_classOfText, -1);
        foreach (Step step in _required.Concat(_optional))
        {
            if (step.Kind == StepKind.Append)
                _classOfText[step.First] = step.Class;
        }
    }

    private int ResultWithAppends(in Step step) => Living(step.Kind == StepKind.Append ? _values.Append(_state, step.First) : step.Result);

    private int Living(int state) => _lookouts!.AnyFor(state) ? state : ValueTable.Dead;

    private void FindTarget()
    {
        _target = _highest + 1 < _nextRead.Length ? _nextRead[_highest + 1] : -1;
        for (int entry = _next[_head]; !IsCompletion(entry); entry = _next[entry])
        {
            int index = entry >> 1;
            if (_required[index].Kind == StepKind.Read && (_target < 0 || _required[index].Complete < _required[_target].Complete))
                _target = index;
        }
    }

    // R6. Both the most urgent read and each that may come next.
    private bool MayReach(int moved, int result)
    {
        if (_target < 0)
            return true;
        if (!StaysPossible(moved, result, _target))
            return false;
        for (int entry = _next[_head]; !IsCompletion(entry); entry = _next[entry])
        {
            int index = entry >> 1;
            if (index != _target && _required[index].Kind == StepKind.Read && !StaysPossible(moved, result, index))
                return false;
        }

        return true;
    }

    private bool StaysPossible(int moved, int result, int read)
    {
        int observed = _required[read].First;
        int deadline = _required[read].Complete;
        if (GrowsInto(moved, result, observed, deadline))
            return true;
        for (int entry = _next[_head]; entry != (2 * read) + 1; entry = _next[entry])
        {
            if (IsCompletion(entry) || entry >> 1 == moved)
                continue;
            ref readonly Step step = ref _required[entry >> 1];
            if (step.Kind is StepKind.Write or StepKind.Cas && GrowsInto(moved, step.Result, observed, deadline))
                return true;
        }

        foreach (int @class in OptionalOverwritesFor(observed))
        {
            if (NextUnused(@class, deadline) is { } index && index != ~moved && GrowsInto(moved, _optional[index].Result, observed, deadline))
                return true;
        }

        return false;
    }

    // Whether the first of the texts that are missing is left.
    private bool GrowsInto(int moved, int state, int observed, int deadline)
    {
        if (!_values.CanGrowInto(state, observed))
            return false;
        if (state == observed)
            return true;
        foreach (int text in _values.NextTexts(state, observed))
        {
            int @class = _classOfText[text];
            if (@class < 0 || NextUnused(@class, deadline) is not null)
                return true;
            for (int entry = _next[_head]; entry != _tail; entry = _next[entry])
            {
                ref readonly Step step = ref _required[entry >> 1];
                if (IsCompletion(entry) ? step.Complete >= deadline : step.Class == @class && entry >> 1 != moved)
                {
                    if (IsCompletion(entry))
                        break;
                    return true;
                }
            }
        }

        return false;
    }

    private int[] OptionalOverwritesFor(int observed)
    {
        if (_optional.Length == 0)
            return [];
        if (!_overwritesFor.TryGetValue(observed, out int[]? classes))
        {
            var found = new List<int>();
            foreach (int @class in _classesByResult[0])
            {
                ref readonly Step step = ref _optional[_optionalClasses[@class][0]];
                if (step.Kind != StepKind.Append && _values.CanGrowInto(step.Result, observed))
                    found.Add(@class);
            }

            classes = [.. found];
            _overwritesFor.Add(observed, classes);
        }

        return classes;
    }

    // R3 for appends; the ones invoked first come first in the list of classes, so it ends at the first that is too late.
    private void TryOptionalWithAppends(int firstCompletion)
    {
        if (_optional.Length == 0)
            return;
        foreach (int @class in _classesByResult[0])
        {
            if (_optional[_optionalClasses[@class][0]].Invoke > firstCompletion)
                break;
            if (NextUnused(@class, firstCompletion) is not { } index)
                continue;
            ref readonly Step step = ref _optional[index];
            if (step.Kind == StepKind.Cas && step.First != _state)
                continue;
            int result = ResultWithAppends(step);
            if (result == _state || result == ValueTable.Dead || !MayReach(~index, result))
                continue;
            bool helps = _target >= 0 && _values.CanGrowInto(result, _required[_target].First);
            _moves.Add(new Move(~index, result, @class, helps ? _required[_target].Complete : int.MaxValue));
        }
    }
}
