namespace DEngine.Core;

/// <summary>
/// One key with its value, as of one revision. Immutable and owning its bytes, so any thread may keep it for as long as it likes; a change of the key makes
/// a new record.
/// </summary>
public sealed class KeyValueRecord
{
    private readonly byte[] _value;

    private KeyValueRecord(byte[] key, byte[] value, long createRevision, long modifyRevision, long version)
    {
        KeyBytes = key;
        _value = value;
        CreateRevision = createRevision;
        ModifyRevision = modifyRevision;
        Version = version;
    }

    public ReadOnlyMemory<byte> Key => KeyBytes;

    public ReadOnlyMemory<byte> Value => _value;

    /// <summary>Index of the entry that created the key (again, if it had been deleted); 1 and up.</summary>
    public long CreateRevision { get; }

    /// <summary>Index of the entry that last changed the key; at least <see cref="CreateRevision"/>.</summary>
    public long ModifyRevision { get; }

    /// <summary>1 when the key is created, one more with every change.</summary>
    public long Version { get; }

    /// <summary>The key without a copy. Shared by all versions of the record and by the tree's separators: never written.</summary>
    internal byte[] KeyBytes { get; }

    public override string ToString() => $"{KeyBytes.Length}-byte key, version {Version}, revisions {CreateRevision}..{ModifyRevision}";

    /// <summary>Digest of everything about it; equal records have equal ones on every machine.</summary>
    internal ulong Digest() => Digest(_value);

    /// <summary>The same, for a store that keeps values elsewhere.</summary>
    internal ulong Digest(ReadOnlySpan<byte> value)
    {
        var hash = default(StateHash);
        hash.Add(KeyBytes);
        hash.Add(value);
        hash.Add((ulong)CreateRevision);
        hash.Add((ulong)ModifyRevision);
        hash.Add((ulong)Version);
        return hash.Value();
    }

    internal bool HasValue(ReadOnlySpan<byte> value) => value.SequenceEqual(_value);

    internal static KeyValueRecord Create(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long revision) =>
        new(key.ToArray(), value.ToArray(), revision, revision, 1);

    /// <summary>A record as it was, from a snapshot.</summary>
    internal static KeyValueRecord Restore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long createRevision, long modifyRevision, long version) =>
        new(key.ToArray(), value.ToArray(), createRevision, modifyRevision, version);

    /// <summary>This record with its value, for a store that keeps values elsewhere. Takes the array over.</summary>
    internal KeyValueRecord WithStoredValue(byte[] value) => new(KeyBytes, value, CreateRevision, ModifyRevision, Version);

    internal void AddTo(ref StateHash hash)
    {
        hash.Add(KeyBytes);
        hash.Add(_value);
        hash.Add((ulong)CreateRevision);
        hash.Add((ulong)ModifyRevision);
        hash.Add((ulong)Version);
    }

    internal KeyValueRecord WithValue(ReadOnlySpan<byte> value, long revision) =>
        new(KeyBytes, value.ToArray(), CreateRevision, revision, Version + 1);
}
