using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Testing;

/// <summary>A storage beside what it should hold: every call goes to both, every opening compares them.</summary>
internal sealed class StorageUnderTest(LogStorageFixture fixture) : IDisposable
{
    private readonly List<Entry> _expected = [];
    private readonly PersistBatch _batch = new();
    private ILogStorage? _storage;
    private HardState _hardState;
    private long _ticket;
    private long _firstNeeded;

    /// <summary>What the last opening gave back.</summary>
    public List<Entry> Found { get; } = [];

    public LogRecovery Recovery { get; private set; }

    public ILogStorage Storage => _storage ?? throw new InvalidOperationException("The case has not opened its storage.");

    public PersistBatch Batch => _batch;

    /// <summary>Opens without comparing.</summary>
    public void OpenOnly()
    {
        _storage = fixture.Create();
        Found.Clear();
        Recovery = _storage.Open(Found.Add);
    }

    /// <summary>Opens and compares with everything written so far.</summary>
    public void Open()
    {
        OpenOnly();
        ExpectEverything();
    }

    public void Close()
    {
        _storage?.Dispose();
        _storage = null;
    }

    public void Reopen()
    {
        Close();
        Open();
    }

    /// <summary>Crashes, and opens without comparing.</summary>
    public void CrashAndOpen()
    {
        ILogStorage? old = _storage;
        fixture.Crash();
        old?.Dispose();
        OpenOnly();
    }

    /// <summary>Crashes, opens, and compares with everything written so far, all of which has been synced.</summary>
    public void CrashAndCompare()
    {
        CrashAndOpen();
        ExpectEverything();
    }

    /// <summary>Writes what has been put into <see cref="Batch"/>.</summary>
    public void Write()
    {
        _batch.Ticket = ++_ticket;
        if (_batch.HardState is { } hardState) _hardState = hardState;
        if (_batch.DropBefore is { } first) _firstNeeded = Math.Max(_firstNeeded, first);
        if (_batch.TruncateFrom is { } from) _expected.RemoveAll(entry => entry.Index >= from);
        foreach (Entry entry in _batch.Entries) _expected.Add(entry);
        Storage.Write(_batch);
        _batch.Reset();
    }

    public void Sync() => Storage.Sync();

    /// <summary>Drops a prefix, in a batch of its own.</summary>
    public void DropBefore(long index)
    {
        _batch.DropBefore = index;
        Write();
    }

    /// <summary>Appends <paramref name="count"/> entries of a term, in one batch.</summary>
    public void Append(long term, int count, int payloadBytes = 20)
    {
        long next = Math.Max(_expected.Count > 0 ? _expected[^1].Index + 1 : 1, _firstNeeded);
        if (_batch.TruncateFrom is { } from) next = Math.Min(next, from);
        for (int i = 0; i < count; i++) _batch.Add(MakeEntry(term, next + i, payloadBytes));
        Write();
    }

    public static Entry MakeEntry(long term, long index, int payloadBytes = 20)
    {
        byte[] payload = new byte[payloadBytes];
        for (int i = 0; i < payload.Length; i++) payload[i] = (byte)((index * 31) + (term * 17) + i);
        if (payloadBytes >= 16)
        {
            BinaryPrimitives.WriteInt64LittleEndian(payload, index);
            BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(8), term);
        }
        return new Entry(new LogPosition(term, index), EntryKind.Command, payload);
    }

    /// <summary>Compares what the last opening found with everything written; entries that were dropped may be there or not.</summary>
    private void ExpectEverything()
    {
        int missing = 0;
        long firstFound = Found.Count > 0 ? Found[0].Index : long.MaxValue;
        while (missing < _expected.Count && _expected[missing].Index < Math.Min(_firstNeeded, firstFound)) missing++;
        _expected.RemoveRange(0, missing);
        Expect(_hardState, _expected);
    }

    /// <summary>Compares what the last opening found.</summary>
    public void Expect(HardState hardState, IReadOnlyList<Entry> entries)
    {
        if (Recovery.HardState != hardState)
            throw new ConformanceException($"Expected the hard state {hardState}; found {Recovery.HardState}.");
        LogPosition last = entries.Count > 0 ? entries[^1].Position : LogPosition.Origin;
        if (Recovery.LastPosition != last)
            throw new ConformanceException($"Expected the last position {last}; found {Recovery.LastPosition}.");
        if (Difference(entries, Found) is { } difference) throw new ConformanceException(difference);
    }

    /// <summary>Says in words how two logs differ; null when they do not.</summary>
    public static string? Difference(IReadOnlyList<Entry> expected, IReadOnlyList<Entry> found)
    {
        for (int i = 0; i < Math.Min(expected.Count, found.Count); i++)
        {
            if (!Same(expected[i], found[i])) return $"Entry number {i + 1}: expected {expected[i]}, found {found[i]}, or the payloads differ.";
        }
        return expected.Count == found.Count ? null : $"Expected {expected.Count} entries; found {found.Count}.";
    }

    public static bool Same(in Entry left, in Entry right) =>
        left.Position == right.Position && left.Kind == right.Kind && left.Payload.Span.SequenceEqual(right.Payload.Span);

    public void Dispose() => Close();
}
