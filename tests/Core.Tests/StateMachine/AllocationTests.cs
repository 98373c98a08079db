using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core.Tests.StateMachine;

/// <summary>Bytes allocated, which do not depend on the machine. Each budget is what has to be kept, and nothing beside it.</summary>
public sealed class AllocationTests
{
    private const int Keys = 10_000;
    private const int Rounds = 2_000;

    /// <summary>A record (56) and its 8-byte value (32).</summary>
    private const int KeptByAPut = 88;

    /// <summary>One leaf and two branches copied, and a published root.</summary>
    private const int CopiedByARunOfOne = 288 + 2 * 544 + 40;

    private readonly Applier _applier = new(new KeyValueStore(), new SessionOptions());
    private readonly KeyValueStore _store = new();
    private readonly ArrayBufferWriter<byte> _reply = new(64);
    private long _index;

    [Fact]
    public void Reading_allocates_nothing()
    {
        Fill();
        var records = new List<KeyValueRecord>(256);
        Assert.Equal(0, AllocatedBy(() =>
        {
            Span<byte> key = stackalloc byte[4];
            for (int i = 0; i < Rounds; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(key, i);
                KeyValueView view = _store.View();
                Assert.True(view.TryGet(key, out _));
                if (i % 20 != 0) continue;
                records.Clear();
                view.Scan(key[..3], key, 100, records);
            }
        }));
    }

    [Fact]
    public void A_put_inside_a_run_allocates_the_record_and_its_value()
    {
        Fill();
        PutAll(publish: false);
        Assert.InRange(AllocatedBy(() => PutAll(publish: false)), KeptByAPut * Rounds, KeptByAPut * Rounds);
    }

    [Fact]
    public void A_run_of_one_put_copies_one_path()
    {
        Fill();
        Assert.InRange(AllocatedBy(() => PutAll(publish: true)), 0, (KeptByAPut + CopiedByARunOfOne) * Rounds);
    }

    [Fact]
    public void A_command_in_a_session_allocates_no_more_than_what_the_store_keeps_once_its_replies_have_slots()
    {
        Entry[] entries = SessionEntries(Rounds * 2 + 64);
        ApplyAll(entries.AsSpan(0, Rounds + 64));
        _applier.Publish();
        Assert.InRange(AllocatedOnce(() => ApplyAll(entries.AsSpan(Rounds + 64))), 0, KeptByAPut * Rounds + 2 * CopiedByARunOfOne);
    }

    [Fact]
    public void Answering_a_retry_allocates_nothing()
    {
        Entry[] entries = SessionEntries(64);
        ApplyAll(entries);
        Entry retried = entries[^1];
        long index = _applier.AppliedIndex;
        Assert.Equal(0, AllocatedBy(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                var entry = new Entry(new LogPosition(1, ++index), EntryKind.Command, retried.Payload);
                Assert.True(_applier.Apply(in entry, out ReadOnlySpan<byte> reply) == ApplyStatus.Duplicate && reply.Length == KeyValueReply.Size);
            }
        }));
    }

    private static long AllocatedBy(Action action)
    {
        action();
        return AllocatedOnce(action);
    }

    private static long AllocatedOnce(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Fill()
    {
        for (int i = 0; i < Keys; i++) Put(i);
        _store.Publish(_index);
    }

    private void PutAll(bool publish)
    {
        for (int i = 0; i < Rounds; i++)
        {
            Put(i * 5);
            if (publish) _store.Publish(_index);
        }
    }

    private void Put(int number)
    {
        Span<byte> key = stackalloc byte[4], value = stackalloc byte[8], command = stackalloc byte[32];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        BinaryPrimitives.WriteInt64BigEndian(value, _index);
        int size = KeyValueCommand.Put(key, value).Write(command);
        _reply.ResetWrittenCount();
        _store.Apply(++_index, command[..size], _reply);
    }

    /// <summary>Registers a session, then puts to one key, each acknowledging all but the last four.</summary>
    private static Entry[] SessionEntries(int count)
    {
        var entries = new Entry[count];
        entries[0] = new Entry(new LogPosition(1, 1), EntryKind.RegisterSession, default);
        ulong session = new SessionTable(new SessionOptions()).Register(entries[0].Position);
        byte[] command = new byte[KeyValueCommand.Put([1], new byte[8]).Size];
        KeyValueCommand.Put([1], new byte[8]).Write(command);
        for (int i = 1; i < count; i++)
        {
            byte[] payload = new byte[SessionEnvelope.HeaderSize + command.Length];
            new SessionEnvelope(session, (ulong)i, (ulong)Math.Max(0, i - 3), command).Write(payload);
            entries[i] = new Entry(new LogPosition(1, i + 1), EntryKind.Command, payload);
        }

        return entries;
    }

    private void ApplyAll(ReadOnlySpan<Entry> entries)
    {
        foreach (ref readonly Entry entry in entries) Assert.True(_applier.Apply(in entry, out _) == ApplyStatus.Applied);
    }
}
