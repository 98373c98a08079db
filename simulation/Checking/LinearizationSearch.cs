namespace DEngine.Simulation.Checking;

/// <summary>
/// Looks for one order of a key's steps that respects real time and the model, by the algorithm of Wing and Gong ("Testing and
/// verifying concurrent objects", 1993) with Lowe's memory of configurations ("Testing for linearizability", 2017): the steps not yet
/// placed are a doubly linked list of invokes and completions, and those that may come next are the invokes before the first completion.
/// </summary>
/// <remarks>
/// What makes it fast is that most nodes have one successor (see Moves), and that a configuration is remembered together with the
/// optional steps it used: one that has used a subset is at least as good. Use an instance once.
/// </remarks>
internal sealed partial class LinearizationSearch
{
    private const int WordBits = 64;

    private readonly KeyProblem _problem;
    private readonly Step[] _required;
    private readonly Step[] _optional;
    private readonly ValueTable _values;
    private readonly OptionalSets _sets = new();
    private readonly ConfigurationTable _memory;

    // Entry 2i is step i's invoke, 2i + 1 its completion; the two after them are the list's ends.
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _head;
    private readonly int _tail;

    // The present configuration. Bit i of _placed and of _placedHash: required step i stands in the order.
    private readonly ulong[] _placed;
    private readonly List<int> _order = [];
    private ulong _placedHash;
    private int _left;
    private int _highest = -1;
    private int _state = ValueTable.Absent;
    private int _used;

    private readonly List<Frame> _stack = [];
    private readonly bool[] _isCut;

    public LinearizationSearch(KeyProblem problem, int configurationsMax)
    {
        _problem = problem;
        _required = problem.Required;
        _optional = problem.Optional;
        _values = problem.Values;
        _memory = new ConfigurationTable(configurationsMax, _sets);
        _left = _required.Length;
        _placed = new ulong[(_required.Length / WordBits) + 1];
        _head = 2 * _required.Length;
        _tail = _head + 1;
        (_next, _previous) = Link(_required, _head, _tail);
        _isCut = FindCuts(_required, _optional);
        (_producers, _needs) = CountProducersAndNeeds();
        _wanting = new int[_needs.Length];
        _wantedBy = new int[_needs.Length];
        _moveOfClass = new int[problem.ClassCount];
        _nextRead = FindNextReads(_required);
        _optionalClasses = GroupOptional(_optional, problem.ClassCount);
        _classesByResult = GroupByResult();
        _usedOfClass = new int[problem.ClassCount];
        if (HasAppends)
            PrepareAppends();
    }

    /// <summary>Every step that completed before this event could be placed at once; nothing better was reached.</summary>
    public int FurthestPosition { get; private set; } = -1;

    /// <summary>How many configurations were remembered.</summary>
    public long Configurations => _memory.Total;

    /// <summary>The order that was found. Call after a verdict of linearizable.</summary>
    public List<Step> Order() => [.. _order.Select(s => s >= 0 ? _required[s] : _optional[~s])];

    public Verdict Run()
    {
        if (HasImpossibleObservation())
            return Verdict.NotLinearizable;
        Enter(0);
        while (_left > 0)
        {
            if (_stack.Count == 0)
                return Verdict.NotLinearizable;
            Frame frame = _stack[^1];
            if (frame.Cursor == frame.MovesEnd)
            {
                Leave(frame);
                continue;
            }

            Move move = _moves[frame.Cursor];
            _stack[^1] = frame with { Cursor = frame.Cursor + 1 };
            int orderStart = _order.Count;
            Place(move.Step, move.Result);
            if (!Enter(orderStart))
                return Verdict.Undecided;
        }

        return Verdict.Linearizable;
    }

    // Goes on from a configuration that was just reached. False when memory is full.
    private bool Enter(int orderStart)
    {
        PlaceMatchingReads();
        if (_left == 0)
            return true;
        if (HasAppends)
            _state = Living(_state);

        int first = _next[_head] >> 1;
        FurthestPosition = Math.Max(FurthestPosition, FirstCompletion());
        if (_isCut[first] && _highest == first - 1)
        {
            // Every order arrives here in this very configuration: what lies behind can neither help nor be to blame.
            _stack.Clear();
            _moves.Clear();
            _memory.Clear();
        }

        int word = first / WordBits;
        int length = Math.Max(0, (_highest / WordBits) - word + 1);
        ConfigurationVerdict verdict = _highest < 0
            ? _memory.TryAdd(0, _state, _used, 0, [])
            : _memory.TryAdd(_placedHash, _state, _used, word, _placed.AsSpan(word, length));
        switch (verdict)
        {
            case ConfigurationVerdict.Full:
                return false;
            case ConfigurationVerdict.Known:
                Restore(orderStart);
                return true;
            case ConfigurationVerdict.New:
                int movesStart = _moves.Count;
                FindMoves();
                _stack.Add(new Frame(orderStart, movesStart, movesStart, _moves.Count, _state, _used, _highest));
                return true;
            default:
                throw new InvalidOperationException($"no such verdict: {verdict}");
        }
    }

    private void Leave(in Frame frame)
    {
        _moves.RemoveRange(frame.MovesStart, _moves.Count - frame.MovesStart);
        _stack.RemoveAt(_stack.Count - 1);
        Restore(frame.OrderStart);
    }

    // Back to the configuration of the frame on top; when there is none the search is over and no state matters.
    private void Restore(int orderStart)
    {
        for (int i = _order.Count - 1; i >= orderStart; i--)
            Unplace(_order[i]);
        _order.RemoveRange(orderStart, _order.Count - orderStart);
        if (_stack.Count == 0)
            return;
        Frame top = _stack[^1];
        (_state, _used, _highest) = (top.State, top.Used, top.Highest);
    }

    private void Place(int step, int result)
    {
        _order.Add(step);
        _state = result;
        if (step < 0)
        {
            _used = _sets.With(_used, ~step);
            CountOptional(_optional[~step], 1);
            return;
        }

        _left--;
        _highest = Math.Max(_highest, step);
        Toggle(step);
        CountRequired(_required[step], -1);
        Unlink((2 * step) + 1);
        Unlink(2 * step);
    }

    private void Unplace(int step)
    {
        if (step < 0)
        {
            CountOptional(_optional[~step], -1);
            return;
        }

        _left++;
        Toggle(step);
        CountRequired(_required[step], 1);
        Relink(2 * step);
        Relink((2 * step) + 1);
    }

    private void Toggle(int step)
    {
        _placed[step / WordBits] ^= 1UL << (step % WordBits);
        _placedHash ^= Mixing.Mix((ulong)step + 1);
    }

    private void Unlink(int entry)
    {
        _next[_previous[entry]] = _next[entry];
        _previous[_next[entry]] = _previous[entry];
    }

    // Undoes Unlink when called in the opposite order: the entry still knows its neighbours of that time.
    private void Relink(int entry)
    {
        _next[_previous[entry]] = entry;
        _previous[_next[entry]] = entry;
    }

    private static bool IsCompletion(int entry) => (entry & 1) != 0;

    // Where the steps that may come next end. There is one whenever a step is left.
    private int FirstCompletion()
    {
        int entry = _next[_head];
        while (!IsCompletion(entry))
            entry = _next[entry];
        return _required[entry >> 1].Complete;
    }

    private static (int[] Next, int[] Previous) Link(Step[] required, int head, int tail)
    {
        int[] entries = new int[2 * required.Length];
        int[] positions = new int[entries.Length];
        for (int entry = 0; entry < entries.Length; entry++)
        {
            entries[entry] = entry;
            positions[entry] = (entry & 1) == 0 ? required[entry >> 1].Invoke : required[entry >> 1].Complete;
        }

        Array.Sort(positions, entries);
        int[] next = new int[entries.Length + 2];
        int[] previous = new int[entries.Length + 2];
        int last = head;
        foreach (int entry in entries)
        {
            next[last] = entry;
            previous[entry] = last;
            last = entry;
        }

        next[last] = tail;
        previous[tail] = last;
        return (next, previous);
    }

    // Step i is a cut when all before it have completed, the last of them ran alone and says what the state is, and no optional step
    // was invoked yet: then every order has the same configuration here.
    private static bool[] FindCuts(Step[] required, Step[] optional)
    {
        bool[] cuts = new bool[required.Length];
        int firstOptional = optional.Length == 0 ? int.MaxValue : optional[0].Invoke;
        int completed = -1;
        bool lastAlone = false;
        for (int i = 0; i < required.Length; i++)
        {
            bool quiescent = completed < required[i].Invoke;
            cuts[i] = i > 0 && quiescent && lastAlone && required[i - 1].Kind != StepKind.Append && firstOptional > required[i].Invoke;
            lastAlone = quiescent;
            completed = Math.Max(completed, required[i].Complete);
        }

        return cuts;
    }

    /// <param name="OrderStart">The order's length before the move that led here.</param>
    /// <param name="MovesStart">Where this node's moves start among all.</param>
    /// <param name="Cursor">The move to try next.</param>
    /// <param name="MovesEnd">After the last move.</param>
    /// <param name="State">The configuration's state.</param>
    /// <param name="Used">The configuration's optional steps.</param>
    /// <param name="Highest">The last required step placed, by number.</param>
    private readonly record struct Frame(int OrderStart, int MovesStart, int Cursor, int MovesEnd, int State, int Used, int Highest);
}
