namespace DEngine.Core;

/// <summary>One record of a scan's result. Valid during the handler's call only.</summary>
public readonly ref struct ScanRecord
{
    internal ScanRecord(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long revision)
    {
        Key = key;
        Value = value;
        Revision = revision;
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Modify revision of the key.</summary>
    public long Revision { get; }
}

/// <summary>The records of a scan's result, read in place with <c>foreach</c>. The decoder has verified all of them beforehand.</summary>
public readonly ref struct ScanRecords
{
    /// <summary>Revision, length of key, length of value.</summary>
    internal const int RecordHeaderBytes = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    internal ScanRecords(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Begins at the first record.</summary>
    public Enumerator GetEnumerator() => new(_bytes);

    internal static ScanRecord Read(scoped ref BodyReader reader)
    {
        long revision = reader.Int64(min: 0);
        uint keyBytes = reader.UInt32();
        uint valueBytes = reader.UInt32();
        ReadOnlySpan<byte> key = reader.Bytes(keyBytes);
        return new ScanRecord(key, reader.Bytes(valueBytes), revision);
    }

    /// <summary>Goes through the records in order of key.</summary>
    public ref struct Enumerator
    {
        private BodyReader _reader;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _reader = new BodyReader(bytes);

        /// <summary>The record at hand.</summary>
        public ScanRecord Current { get; private set; }

        /// <summary>Goes to the next record; false behind the last one.</summary>
        public bool MoveNext()
        {
            if (_reader.Remaining == 0) return false;
            Current = Read(ref _reader);
            return true;
        }
    }
}
