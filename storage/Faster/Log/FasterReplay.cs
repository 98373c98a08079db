using DEngine.Core;

namespace DEngine.Storage.Faster;

/// <summary>Where the record of a live entry is.</summary>
/// <param name="Address">FasterLog's.</param>
/// <param name="ChainBefore">Checksum of the record before it.</param>
internal readonly record struct EntryPlace(long Address, uint ChainBefore);

/// <summary>
/// Reads the records of a commit back and lets each supersede what it supersedes. Believes only what proves itself, down to the last record of the commit.
/// </summary>
internal sealed class FasterReplay(FasterCommit commit)
{
    private readonly List<Entry> _entries = [];
    private readonly List<EntryPlace> _places = [];
    private LogExtent _extent = commit.ExtentBefore;
    private uint _chain = commit.ChainBefore;
    private byte[] _payload = [];
    private int _missing;

    /// <summary>Surviving entries, in order of index, without gaps.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Where each of them is.</summary>
    public IReadOnlyList<EntryPlace> Places => _places;

    /// <param name="pages">Of the commit.</param>
    /// <exception cref="StorageDamagedException">A record is missing or is not what was written.</exception>
    public void Run(FasterLogPages pages)
    {
        while (pages.TryRead(out ReadOnlySpan<byte> record)) Take(record, pages.Address);
        if (_missing > 0 || _chain != commit.Chain || _extent != commit.Extent) throw Damage(pages.Address);
    }

    private void Take(ReadOnlySpan<byte> bytes, long address)
    {
        if (!FasterRecord.TryRead(bytes, _chain, out FasterRecord record, out uint checksum)) throw Damage(address);
        bool continues = record.Kind == FasterRecordKind.Continuation;
        if (continues != _missing > 0 || (continues && record.PayloadBytes != _missing)) throw Damage(address);
        ReadOnlySpan<byte> payload = bytes[FasterRecord.HeaderBytes..];
        switch (record.Kind)
        {
            case FasterRecordKind.Entry:
                if (record.Index < 1 || record.Index > _extent.Last + 1) throw Damage(address);
                Truncate(record.Index);
                _extent.Append(record.Index);
                Begin(record, address);
                break;
            case FasterRecordKind.Restart:
                Truncate(_extent.First);
                _extent.Restart(record.Index);
                Begin(record, address);
                break;
            case FasterRecordKind.Truncate:
                Truncate(record.Index);
                break;
            case FasterRecordKind.Continuation:
                break;
            default:
                throw Damage(address);
        }
        payload.CopyTo(_payload.AsSpan(_payload.Length - _missing));
        _missing -= payload.Length;
        _chain = checksum;
    }

    /// <summary>The payload is filled in by this record and its continuations.</summary>
    private void Begin(in FasterRecord record, long address)
    {
        _payload = record.PayloadBytes == 0 ? [] : GC.AllocateUninitializedArray<byte>(record.PayloadBytes);
        _missing = record.PayloadBytes;
        _entries.Add(new Entry(new LogPosition(record.Term, record.Index), record.EntryKind, _payload));
        _places.Add(new EntryPlace(address, _chain));
    }

    private void Truncate(long from)
    {
        _extent.Truncate(from);
        if (_entries.Count == 0) return;
        int kept = (int)Math.Clamp(from - _entries[0].Index, 0, _entries.Count);
        _entries.RemoveRange(kept, _entries.Count - kept);
        _places.RemoveRange(kept, _places.Count - kept);
    }

    private StorageDamagedException Damage(long address) => FasterLogDamage.Record(address, _extent.Last + 1, commit.Extent.Last);
}
