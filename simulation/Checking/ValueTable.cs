namespace DEngine.Simulation.Checking;

/// <summary>
/// The values of one key as small integers, so that the search compares states in one instruction. For a key that is appended to, the
/// strings live in a trie: however a string was put together it is one node, exactly (a hash could collide, and then the verdict
/// would be wrong), and memory is linear in the text although each state is a whole string.
/// </summary>
internal sealed class ValueTable
{
    /// <summary>The state of a key that does not exist.</summary>
    public const int Absent = 0;

    /// <summary>Every state that nothing left will look at, and that nothing can grow from what is looked at: one is as good as another.</summary>
    public const int Dead = -1;

    // What is looked up again and again is kept, up to here; then it is forgotten and found anew.
    private const int RememberedMax = 1_000_000;
    private const int NotText = -2;
    private const int Root = 1;

    private readonly bool _hasTrie;
    private readonly Dictionary<HistoryValue, int> _scalars = [];
    private readonly Dictionary<long, int> _children = [];
    private readonly Dictionary<long, int> _appended = [];
    private readonly Dictionary<string, int> _textIds = [];
    private readonly List<string> _texts = [];

    private readonly Dictionary<long, int[]> _nextTexts = [];

    // By id. Parent: the string less its last character; _base: the string that an append starts from.
    private readonly List<int> _parent = [NotText];
    private readonly List<int> _base = [Absent];
    private readonly List<char> _last = [default];

    // Strings come as they grow: the path of the latest one is where the next one most likely begins.
    private readonly List<int> _path = [];
    private string _pathText = string.Empty;
    private int _textLengthMax;

    // By id, for the ids that exist when the search starts: Freeze.
    private bool[] _useful = [];
    private int[] _first = [];
    private int[] _size = [];

    public ValueTable(bool hasAppends)
    {
        _hasTrie = hasAppends;
        if (hasAppends)
        {
            Add(-1, Root, default);
            _base[Absent] = Root;
        }
    }

    /// <summary>Ids are 0 to Count - 1.</summary>
    public int Count => _parent.Count;

    public int Intern(HistoryValue value)
    {
        if (value.Kind == HistoryValueKind.Null)
            return Absent;
        if (_hasTrie && value.Kind == HistoryValueKind.Text)
            return WalkFromRoot(value.Text);
        if (!_scalars.TryGetValue(value, out int id))
        {
            // Appending to a number or boolean goes on from its text.
            int start = _hasTrie ? WalkFromRoot(value.Text) : Absent;
            id = Add(NotText, start, default);
            _scalars.Add(value, id);
        }

        return id;
    }

    public int InternText(string text)
    {
        if (!_textIds.TryGetValue(text, out int id))
        {
            id = _texts.Count;
            _texts.Add(text);
            _textLengthMax = Math.Max(_textLengthMax, text.Length);
            _textIds.Add(text, id);
        }

        return id;
    }

    /// <summary>The state after appending the text <paramref name="textId"/> to <paramref name="state"/>; dead when it begins no observed string.</summary>
    public int Append(int state, int textId)
    {
        if (state == Dead)
            return Dead;
        long pair = Pair(state, textId);
        if (_appended.TryGetValue(pair, out int result))
            return result;
        result = _base[state];
        foreach (char c in _texts[textId])
        {
            if (!_children.TryGetValue(Edge(result, c), out result))
            {
                result = Dead;
                break;
            }
        }

        if (_appended.Count == RememberedMax)
            _appended.Clear();
        _appended.Add(pair, result);
        return result;
    }

    /// <summary>The texts that, appended to <paramref name="state"/>, begin what is missing from there to <paramref name="observed"/>.</summary>
    /// <param name="state">Not <paramref name="observed"/>, but it can grow into it.</param>
    /// <param name="observed">A string.</param>
    public int[] NextTexts(int state, int observed)
    {
        long pair = Pair(state, observed);
        if (_nextTexts.TryGetValue(pair, out int[]? texts))
            return texts;
        var missing = new List<char>();
        for (int node = _base[observed]; node != _base[state]; node = _parent[node])
            missing.Add(_last[node]);
        missing.Reverse();
        var found = new List<int>();
        for (int length = 0; length <= Math.Min(missing.Count, _textLengthMax); length++)
        {
            string text = string.Concat(missing.Take(length));
            if (_textIds.TryGetValue(text, out int id))
                found.Add(id);
        }

        texts = [.. found];
        if (_nextTexts.Count == RememberedMax)
            _nextTexts.Clear();
        _nextTexts.Add(pair, texts);
        return texts;
    }

    /// <summary>Call once, when every value of the history is interned and before the first <see cref="Append"/>.</summary>
    /// <param name="observed">By id: whether some read gave it or some cas expects it.</param>
    public void Freeze(bool[] observed)
    {
        int count = Count;
        _useful = observed;
        _first = new int[count];
        _size = new int[count];
        Array.Fill(_size, 1);

        // A parent's id is below its children's.
        for (int id = count - 1; id > Root; id--)
        {
            int parent = _parent[id];
            if (parent < 0)
                continue;
            _size[parent] += _size[id];
            _useful[parent] |= _useful[id];
        }

        if (!_hasTrie)
            return;
        int[] next = new int[count];
        next[Root] = 1;
        for (int id = Root; id < count; id++)
        {
            int parent = _parent[id];
            if (parent >= 0)
            {
                _first[id] = next[parent];
                next[parent] += _size[id];
                next[id] = _first[id] + 1;
            }
        }

        for (int id = 0; id < count; id++)
            _useful[id] |= _useful[_base[id]];
    }

    /// <summary>Whether some observed value is <paramref name="state"/>, or can come from it by appending.</summary>
    public bool IsUseful(int state) => state != Dead && _useful[state];

    /// <summary>Whether <paramref name="observed"/> is <paramref name="state"/>, or can come from it by appending.</summary>
    public bool CanGrowInto(int state, int observed)
    {
        if (state == observed)
            return true;
        if (state == Dead || state >= _first.Length || _parent[observed] == NotText)
            return false;
        int start = _base[state];
        int offset = _first[observed] - _first[start];
        return offset >= 0 && offset < _size[start];
    }

    /// <summary>
    /// Everything that can come from <paramref name="state"/> by appending: a range of places in the order of <see cref="PlaceOf"/>. The state itself may
    /// be outside of it, when it is no string.
    /// </summary>
    public (int From, int To) Growth(int state)
    {
        int start = _base[state];
        return (_first[start], _first[start] + _size[start]);
    }

    /// <summary>The place of a string among all; -1 for what is no string.</summary>
    public int PlaceOf(int id) => id == Absent || _parent[id] == NotText ? -1 : _first[id];

    private int WalkFromRoot(string text)
    {
        int shared = text.AsSpan().CommonPrefixLength(_pathText);
        _path.RemoveRange(shared, _path.Count - shared);
        int node = shared == 0 ? Root : _path[shared - 1];
        foreach (char c in text.AsSpan(shared))
        {
            long edge = Edge(node, c);
            if (!_children.TryGetValue(edge, out int child))
            {
                child = Add(node, Count, c);
                _children.Add(edge, child);
            }

            node = child;
            _path.Add(node);
        }

        _pathText = text;
        return node;
    }

    private int Add(int parent, int start, char last)
    {
        _parent.Add(parent);
        _base.Add(start);
        _last.Add(last);
        return Count - 1;
    }

    private static long Edge(int node, char c) => ((long)node << 16) | c;

    private static long Pair(int left, int right) => ((long)left << 32) | (uint)right;
}
