using System.Buffers;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.StateMachine;

/// <summary>The running digest of what has been applied (S2).</summary>
public sealed class DigestTests
{
    [Fact]
    public void The_same_entries_give_the_same_digest_however_they_are_cut_into_runs()
    {
        var one = new ApplierDriver(new KeyValueStore());
        var other = new ApplierDriver(new KeyValueStore());
        for (int i = 0; i < 200; i++)
        {
            one.Send(0, 0, Put($"k{i % 17}", $"v{i}"));
            other.Send(0, 0, Put($"k{i % 17}", $"v{i}"));
            if (i % 3 == 0) other.Applier.Publish();
            Assert.Equal(one.Applier.Digest, other.Applier.Digest);
        }
    }

    /// <summary>
    /// Nodes of two versions that compute it differently would stop each other, and a snapshot carries it on: a change of this number is a change of the wire
    /// format and of the snapshot's.
    /// </summary>
    [Fact]
    public void The_digest_of_given_entries_is_the_same_in_every_version()
    {
        var driver = new ApplierDriver(new KeyValueStore());
        driver.Apply(EntryKind.Noop, []);
        ulong session = driver.Register();
        driver.Send(session, 1, Put("greeting", "hello"));
        driver.Send(session, 1, Put("greeting", "hello"));
        driver.Send(0, 0, Put("greeting", new string('x', 100)));
        driver.Apply(EntryKind.Command, [1, 2, 3]);
        Assert.Equal("01feb1078ec20d44", $"{driver.Applier.Digest:x16}");
    }

    [Fact]
    public void Another_entry_gives_another_digest_for_ever()
    {
        var one = new ApplierDriver(new KeyValueStore());
        var other = new ApplierDriver(new KeyValueStore());
        one.Send(0, 0, Put("k", "1"));
        other.Send(0, 0, Put("k", "2"));
        for (int i = 0; i < 5; i++)
        {
            Assert.NotEqual(one.Applier.Digest, other.Applier.Digest);
            one.Send(0, 0, Put("k", "3"));
            other.Send(0, 0, Put("k", "3"));
        }
    }

    /// <summary>The reply is no witness here: a put answers with its revision, whatever it has done.</summary>
    [Fact]
    public void Another_effect_of_the_same_entry_gives_another_digest()
    {
        var store = new KeyValueStore();
        var one = new ApplierDriver(store);
        var other = new ApplierDriver(new KeyValueStore());
        foreach (ApplierDriver driver in (ApplierDriver[])[one, other])
        {
            driver.Send(0, 0, Put("k", "1"));
            driver.Applier.Publish();
        }

        Assert.Equal(one.Applier.Digest, other.Applier.Digest);
        Turn(store, "k");
        one.Send(0, 0, Put("k", "2"));
        other.Send(0, 0, Put("k", "2"));
        Assert.NotEqual(one.Applier.Digest, other.Applier.Digest);
    }

    [Fact]
    public void A_reply_that_differs_gives_another_digest()
    {
        var one = new ApplierDriver(new RecordingStateMachine());
        var other = new ApplierDriver(new Answering());
        one.Send(0, 0, [1]);
        other.Send(0, 0, [1]);
        Assert.NotEqual(one.Applier.Digest, other.Applier.Digest);
    }

    /// <summary>Whatever has happened to it, the sum that is kept up to date is that of the records that are there.</summary>
    [Fact]
    public void The_digest_of_a_store_is_that_of_its_records_alone() => Prop.ForAll(
        ArbMap.Default.ArbFor<DoNotSize<ulong>>(), Gen.Choose(0, 400).ToArbitrary(), (seed, count) =>
        {
            var random = new DeterministicRandom(seed.Item);
            var driver = new KeyValueDriver();
            for (int i = 0; i < count; i++)
            {
                byte[] key = KeyValueDriver.Key((int)random.Next(60));
                if (random.Chance(0.3)) driver.Delete(key);
                else driver.Put(key, new byte[(int)random.Next(30)]);
                if (random.Chance(0.1)) driver.Publish();
            }

            driver.Publish();
            driver.Store.Validate();
            IStateRestore copy = driver.Store.BeginRestore();
            foreach (byte[] piece in Pieces(driver.Store)) copy.Read(piece);
            Assert.Equal(driver.Store.StateDigest, copy.StateDigest);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Memory_that_has_changed_by_itself_is_not_written_into_a_snapshot()
    {
        var store = new KeyValueStore();
        var driver = new ApplierDriver(store);
        for (int i = 0; i < 50; i++) driver.Send(0, 0, Put($"k{i}", "value"));
        driver.Applier.Publish();
        Turn(store, "k33");
        StateDivergedException found = Assert.Throws<StateDivergedException>(() => Pieces(store));
        Assert.Contains("memory", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_whose_records_are_not_what_it_says_is_refused()
    {
        var driver = new ApplierDriver(new KeyValueStore());
        driver.Send(0, 0, Put("k", "value"));
        driver.Applier.Publish();
        SnapshotRestore restore = driver.Applier.BeginRestore();
        foreach ((SnapshotSection section, byte[] piece) in Pieces(driver.Applier.Capture()))
        {
            if (section == SnapshotSection.State) piece[^1] ^= 1;
            if (section != SnapshotSection.Digest) restore.Read(section, piece);
            else Assert.Contains("damaged memory", Assert.Throws<InvalidDataException>(() => restore.Read(section, piece)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_snapshot_without_a_digest_is_not_put_in_place()
    {
        var driver = new ApplierDriver(new KeyValueStore());
        Assert.Throws<InvalidDataException>(() => driver.Applier.Restore(driver.Applier.BeginRestore(), new LogPosition(1, 5)));
    }

    [Fact]
    public void The_newest_digests_are_remembered_one_by_one_and_older_ones_in_steps()
    {
        var digests = new AppliedDigests();
        Assert.False(digests.TryGet(0, out _));
        const long Count = (AppliedDigests.SpacedMax + 3L) * AppliedDigests.Spacing;
        for (long i = 1; i <= Count; i++) digests.Add((ulong)i * 3);
        Assert.Equal(Count, digests.LastIndex);
        for (long i = 1; i <= Count; i++)
        {
            bool isRemembered = i > Count - AppliedDigests.RecentMax
                || (i % AppliedDigests.Spacing == 0 && i > Count - (AppliedDigests.SpacedMax * AppliedDigests.Spacing));
            Assert.Equal(isRemembered, digests.TryGet(i, out ulong digest));
            if (isRemembered) Assert.Equal((ulong)i * 3, digest);
        }

        Assert.False(digests.TryGet(Count + 1, out _));
    }

    [Fact]
    public void What_was_before_a_snapshot_is_forgotten()
    {
        var digests = new AppliedDigests();
        for (ulong i = 1; i <= 2000; i++) digests.Add(i);
        digests.Restart(5000, 77);
        Assert.False(digests.TryGet(4999, out _));
        Assert.False(digests.TryGet(1024, out _));
        Assert.True(digests.TryGet(5000, out ulong digest));
        Assert.Equal(77UL, digest);
        for (int i = 0; i < 2000; i++) digests.Add(1);
        Assert.False(digests.TryGet(4096, out _));
    }

    /// <summary>A bit of a record turns over, as in faulty memory.</summary>
    private static void Turn(KeyValueStore store, string key)
    {
        Assert.True(store.View().TryGet(System.Text.Encoding.UTF8.GetBytes(key), out KeyValueRecord? record));
        MemoryMarshal.AsMemory(record.Value).Span[0] ^= 4;
    }

    private static List<byte[]> Pieces(KeyValueStore store)
    {
        var pieces = new List<byte[]>();
        var piece = new ArrayBufferWriter<byte>();
        using IStateCapture capture = store.Capture();
        for (; capture.WriteNext(piece); piece.ResetWrittenCount()) pieces.Add(piece.WrittenSpan.ToArray());
        return pieces;
    }

    private static List<(SnapshotSection Section, byte[] Piece)> Pieces(SnapshotCapture capture)
    {
        var pieces = new List<(SnapshotSection, byte[])>();
        var piece = new ArrayBufferWriter<byte>();
        for (; capture.WriteNext(piece, out SnapshotSection section); piece.ResetWrittenCount()) pieces.Add((section, piece.WrittenSpan.ToArray()));
        return pieces;
    }

    private static byte[] Put(string key, string value)
    {
        KeyValueCommand command = KeyValueCommand.Put(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value));
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    /// <summary>Answers otherwise than <see cref="RecordingStateMachine"/>.</summary>
    private sealed class Answering : IStateMachine
    {
        public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply) => reply.Write("another"u8);

        public void Publish(long appliedIndex)
        {
        }

        public IStateCapture Capture() => throw new NotSupportedException("This state machine is never in a snapshot.");

        public IStateRestore BeginRestore() => throw new NotSupportedException("This state machine is never in a snapshot.");

        public void Restore(IStateRestore restore, long appliedIndex) => throw new NotSupportedException("This state machine is never in a snapshot.");
    }
}
