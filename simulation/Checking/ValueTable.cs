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

    private const int NotText = -2;
    private const int Root = 1;

    private readonly bool _hasTrie;
    private readonly Dictionary<HistoryValue, int> _scalars = [];
    private readonly Dictionary<long, int> _children = [];
    private readonly Dictionary<long, int> _appended = [];
    private readonly Dictionary<string, int> _textIds = [];
    private readonly List<string> _texts = [];

    // By id. Parent: the string less its last character; _base: the string that an append starts from.
    private readonly List<int> _parent = [NotText];
    private readonly List<int> _base = [Absent];

    // By id, for the ids that exist when the search starts: Freeze.
    private bool[] _useful = [];
    private int[] _first = [];
    private int[] _size = [];

    public ValueTable(bool hasAppends)
    {
        _hasTrie = hasAppends;
        if (hasAppends)
        {
            Add(-1, Root);
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
            return Walk(Root, value.Text);
        if (!_scalars.TryGetValue(value, out int id))
        {
            // Appending to a number or boolean goes on from its text.
            int start = _hasTrie ? Walk(Root, value.Text) : Absent;
            id = Add(NotText, start);
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
            _textIds.Add(text, id);
        }

        return id;
    }

    /// <summary>The state after appending the text <paramref name="textId"/> to <paramref name="state"/>.</summary>
    public int Append(int state, int textId)
    {
        long pair = ((long)state << 32) | (uint)textId;
        if (!_appended.TryGetValue(pair, out int result))
        {
            result = Walk(_base[state], _texts[textId]);
            _appended.Add(pair, result);
        }

        return result;
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
    public bool IsUseful(int state) => state < _useful.Length && _useful[state];

    /// <summary>Whether <paramref name="observed"/> is <paramref name="state"/>, or can come from it by appending.</summary>
    public bool CanGrowInto(int state, int observed)
    {
        if (state == observed)
            return true;
        if (state >= _first.Length || _parent[observed] == NotText)
            return false;
        int start = _base[state];
        int offset = _first[observed] - _first[start];
        return offset >= 0 && offset < _size[start];
    }

    private int Walk(int node, string text)
    {
        foreach (char c in text)
        {
            long edge = ((long)node << 16) | c;
            if (!_children.TryGetValue(edge, out int child))
            {
                child = Add(node, Count);
                _children.Add(edge, child);
            }

            node = child;
        }

        return node;
    }

    private int Add(int parent, int start)
    {
        _parent.Add(parent);
        _base.Add(start);
        return Count - 1;
    }
}
