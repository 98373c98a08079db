namespace DEngine.Simulation.Checking;

/// <summary>How many of the steps left look for which string, so that a state's whole growth is asked for at once. A Fenwick tree.</summary>
internal sealed class Lookouts(ValueTable values)
{
    private readonly int[] _tree = new int[values.Count + 1];

    // What is no string has no place among the strings.
    private readonly Dictionary<int, int> _others = [];

    public void Add(int state, int by)
    {
        int place = values.PlaceOf(state);
        if (place < 0)
        {
            _others[state] = _others.GetValueOrDefault(state) + by;
            return;
        }

        for (int i = place + 1; i < _tree.Length; i += i & -i)
            _tree[i] += by;
    }

    /// <summary>Whether some step left looks for <paramref name="state"/>, or for what can come from it by appending.</summary>
    public bool AnyFor(int state)
    {
        if (state == ValueTable.Dead)
            return false;
        if (_others.GetValueOrDefault(state) > 0)
            return true;
        (int from, int to) = values.Growth(state);
        return Sum(to) - Sum(from) > 0;
    }

    private int Sum(int count)
    {
        int sum = 0;
        for (int i = count; i > 0; i -= i & -i)
            sum += _tree[i];
        return sum;
    }
}
