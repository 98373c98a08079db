namespace DEngine.Core.Tests.StateMachine;

/// <summary>The store as a sentence: a sorted dictionary, with nothing clever about it.</summary>
internal sealed class KeyValueModel
{
    private readonly SortedDictionary<byte[], Row> _rows;

    internal KeyValueModel() => _rows = new SortedDictionary<byte[], Row>(ByteOrder.Instance);

    private KeyValueModel(KeyValueModel other) => _rows = new SortedDictionary<byte[], Row>(other._rows, ByteOrder.Instance);

    internal int Count => _rows.Count;

    internal KeyValueModel Copy() => new(this);

    internal bool Put(byte[] key, byte[] value, long index)
    {
        _rows[key] = _rows.TryGetValue(key, out Row row)
            ? new Row(value, row.CreateRevision, index, row.Version + 1)
            : new Row(value, index, index, 1);
        return true;
    }

    internal bool Delete(byte[] key) => _rows.Remove(key);

    internal bool CompareAndSwap(byte[] key, byte[]? expected, byte[] value, long index)
    {
        bool exists = _rows.TryGetValue(key, out Row row);
        bool holds = expected is null ? !exists : exists && row.Value.SequenceEqual(expected);
        return holds && Put(key, value, index);
    }

    internal void AssertSameAs(KeyValueView view, long appliedIndex)
    {
        Assert.Equal(appliedIndex, view.AppliedIndex);
        Assert.Equal(_rows.Count, view.Count);
        var records = new List<KeyValueRecord>();
        Assert.False(view.Scan(default, default, int.MaxValue, records));
        Assert.Equal(_rows.Count, records.Count);
        int at = 0;
        foreach ((byte[] key, Row row) in _rows)
        {
            KeyValueRecord record = records[at++];
            Assert.True(record.Key.Span.SequenceEqual(key));
            Assert.True(record.Value.Span.SequenceEqual(row.Value));
            Assert.Equal((row.CreateRevision, row.ModifyRevision, row.Version), (record.CreateRevision, record.ModifyRevision, record.Version));
            Assert.True(view.TryGet(key, out KeyValueRecord? found));
            Assert.Same(record, found);
        }
    }

    /// <summary>Keys of a scan, and whether more are left.</summary>
    internal (List<byte[]> Keys, bool More) Scan(byte[] prefix, byte[] after, int limit)
    {
        List<byte[]> matching =
        [
            .. _rows.Keys.Where(key => key.AsSpan().StartsWith(prefix) && (after.Length == 0 || ByteOrder.Instance.Compare(key, after) > 0)),
        ];
        return (matching.Take(limit).ToList(), matching.Count > limit);
    }

    private readonly record struct Row(byte[] Value, long CreateRevision, long ModifyRevision, long Version);

    private sealed class ByteOrder : IComparer<byte[]>
    {
        internal static readonly ByteOrder Instance = new();

        public int Compare(byte[]? left, byte[]? right)
        {
            for (int i = 0; i < Math.Min(left!.Length, right!.Length); i++)
            {
                if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
            }

            return left.Length.CompareTo(right!.Length);
        }
    }
}
