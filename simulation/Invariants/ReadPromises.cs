using System.Text;
using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Judges what nodes show of their state, on the spot. Of every read: nothing from the future, nothing but what the committed log gives at the very index
/// that the node names, and no node shows less than it has shown before in this life. Of linearizable and lease reads also: nothing older than what
/// anybody had been told when the read was asked for.
/// </summary>
internal sealed class ReadPromises(CommittedStates states, int nodeCount)
{
    private readonly long[] _shown = new long[nodeCount];
    private readonly List<KeyValueRecord> _expected = [];
    private readonly List<KeyValueRecord> _restored = [];

    /// <summary>The highest index that any client has had an answer from.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>A node starts (again): what it had shown, it may have forgotten.</summary>
    public void OnStarted(int position) => _shown[position] = 0;

    /// <summary>A node has taken its state from a snapshot: it is what the committed log gives there.</summary>
    public void OnRestored(NodeId node, in KeyValueView view)
    {
        if (view.AppliedIndex > states.LastIndex)
            throw new ViolationException($"SNAP {node} restores a state at index {view.AppliedIndex}; only {states.LastIndex} entries are committed");
        _restored.Clear();
        _expected.Clear();
        view.Scan(default, default, int.MaxValue, _restored);
        states.At(view.AppliedIndex).Scan(default, default, int.MaxValue, _expected);
        bool isSame = _restored.Count == _expected.Count;
        for (int i = 0; isSame && i < _expected.Count; i++) isSame = AreSame(_restored[i], _expected[i]);
        if (!isSame) throw new ViolationException($"SNAP {node} restores {_restored.Count} keys at index {view.AppliedIndex} that are not the {_expected.Count} committed ones");
    }

    /// <summary>A client has been answered.</summary>
    /// <param name="index">Of the state that the answer is from.</param>
    public void OnAcknowledged(long index) => Acknowledged = Math.Max(Acknowledged, index);

    /// <summary>A node is about to show its state to a reader who wants no more than the eventual promise, or more than one key.</summary>
    /// <param name="node">Whose commits are known up to now.</param>
    /// <param name="position">Of the node.</param>
    /// <param name="promised">The index that it says it has applied.</param>
    /// <param name="view">What it shows.</param>
    public void OnShown(Node node, int position, long promised, in KeyValueView view)
    {
        if (view.AppliedIndex < promised)
            throw new ViolationException($"READ {node.Id} promises its state at index {promised} and shows the one at {view.AppliedIndex}");
        if (view.AppliedIndex > states.LastIndex)
            throw new ViolationException($"READ {node.Id} shows its state at index {view.AppliedIndex}; only {states.LastIndex} entries are committed");
        if (view.AppliedIndex < _shown[position])
            throw new ViolationException($"READ {node.Id} shows its state at index {view.AppliedIndex} after the one at {_shown[position]}");
        _shown[position] = view.AppliedIndex;
    }

    /// <summary>One key's value in a state that was shown.</summary>
    public void JudgeValue(NodeId node, string key, in KeyValueView view)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        view.TryGet(name, out KeyValueRecord? shown);
        states.At(view.AppliedIndex).TryGet(name, out KeyValueRecord? expected);
        if (!AreSame(shown, expected))
            throw new ViolationException($"READ {node} shows {Text(shown)} for {key} at index {view.AppliedIndex}; committed is {Text(expected)}");
    }

    /// <summary>All keys with a prefix, in a state that was shown.</summary>
    public void JudgeScan(string client, string prefix, long index, List<KeyValueRecord> found)
    {
        _expected.Clear();
        states.At(index).Scan(Encoding.UTF8.GetBytes(prefix), default, int.MaxValue, _expected);
        if (found.Count != _expected.Count)
            throw new ViolationException($"SCAN {client} got {found.Count} keys with '{prefix}' at index {index}; committed are {_expected.Count}");
        for (int i = 0; i < found.Count; i++)
        {
            if (!AreSame(found[i], _expected[i]))
                throw new ViolationException($"SCAN {client} got {Text(found[i])} in '{prefix}' at index {index}; committed is {Text(_expected[i])}");
        }
    }

    /// <summary>A linearizable or lease read, or such a scan, is over.</summary>
    /// <param name="what">For people: who read what.</param>
    /// <param name="acknowledged"><see cref="Acknowledged"/> when it was asked for.</param>
    /// <param name="index">Of the state that it is from.</param>
    public void JudgeFreshness(string what, long acknowledged, long index)
    {
        if (index < acknowledged)
            throw new ViolationException($"FRESH {what} is from index {index}; before it began, somebody had an answer from index {acknowledged}");
        OnAcknowledged(index);
    }

    private static bool AreSame(KeyValueRecord? left, KeyValueRecord? right)
    {
        if (left is null || right is null) return left is null && right is null;
        return left.CreateRevision == right.CreateRevision && left.ModifyRevision == right.ModifyRevision && left.Version == right.Version
            && left.Key.Span.SequenceEqual(right.Key.Span) && left.Value.Span.SequenceEqual(right.Value.Span);
    }

    private static string Text(KeyValueRecord? record) => record is null
        ? "nothing"
        : $"{Encoding.UTF8.GetString(record.Key.Span)} = '{Short(Encoding.UTF8.GetString(record.Value.Span))}' of revision {record.ModifyRevision}";

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..20]}…{text[^20..]}";
}
