using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.StateMachine;

public sealed class SnapshotTests
{
    /// <summary>
    /// Everything replicated comes back as it was when it was captured, whatever was applied after that; and goes on in the same way.
    /// </summary>
    [Fact]
    public void What_is_restored_is_what_was_captured_and_goes_on_alike() => Prop.ForAll(
        ArbMap.Default.ArbFor<DoNotSize<ulong>>(), Gen.Choose(0, 600).ToArbitrary(), (seed, count) =>
        {
            ApplierDriver original = new(new KeyValueStore(), sessionsMax: 6, window: 8);
            var random = new DeterministicRandom(seed.Item);
            var clients = new Clients(original);
            for (int i = 0; i <= count; i++) clients.Step(ref random);
            original.Applier.Publish();
            ulong digest = original.Applier.ComputeDigest();
            ulong running = original.Applier.Digest;
            SnapshotCapture capture = original.Applier.Capture();
            SnapshotCapture again = original.Applier.Capture();
            DeterministicRandom later = random;
            ApplierDriver copy = new(new KeyValueStore(), sessionsMax: 6, window: 8);
            Clients theirs = clients.CopyFor(copy);
            for (int i = 0; i < 50; i++) clients.Step(ref random);

            SnapshotRestore restore = copy.Applier.BeginRestore();
            List<(SnapshotSection Section, byte[] Piece)> pieces = Pieces(capture);
            foreach ((SnapshotSection section, byte[] piece) in pieces) restore.Read(section, piece);
            copy.Applier.Restore(restore, capture.Last);
            Assert.Equal(digest, copy.Applier.ComputeDigest());
            Assert.Equal(running, copy.Applier.Digest);
            copy.Applier.Validate();
            Assert.Equal(pieces.Select(piece => Convert.ToHexString(piece.Piece)), Pieces(again).Select(piece => Convert.ToHexString(piece.Piece)));

            for (int i = 0; i < 50; i++) theirs.Step(ref later);
            original.Applier.Publish();
            copy.Applier.Publish();
            Assert.Equal(original.Applier.ComputeDigest(), copy.Applier.ComputeDigest());
            Assert.Equal(original.Applier.Digest, copy.Applier.Digest);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void A_large_state_comes_in_many_pieces()
    {
        var driver = new ApplierDriver(new KeyValueStore());
        for (int i = 0; i < 3000; i++) driver.Send(0, 0, Put($"key{i:D5}", new string('v', 100)));
        driver.Applier.Publish();
        List<(SnapshotSection Section, byte[] Piece)> pieces = Pieces(driver.Applier.Capture());
        Assert.InRange(pieces.Count, 5, 10);
        Assert.All(pieces, piece => Assert.InRange(piece.Piece.Length, 1, 66_000));
    }

    [Fact]
    public void A_snapshot_never_takes_the_state_back()
    {
        var driver = new ApplierDriver(new KeyValueStore());
        driver.Register();
        driver.Register();
        SnapshotRestore restore = driver.Applier.BeginRestore();
        Assert.Throws<InvariantViolationException>(() => driver.Applier.Restore(restore, new LogPosition(1, 2)));
    }

    [Theory]
    [InlineData(SnapshotSection.Sessions, "01")]
    [InlineData(SnapshotSection.State, "FFFFFFFF00000000000000000000000000000000000000000000000000000000")]
    [InlineData(SnapshotSection.End, "")]
    [InlineData((SnapshotSection)77, "")]
    public void What_is_no_snapshot_is_refused_in_words(SnapshotSection section, string piece)
    {
        SnapshotRestore restore = new ApplierDriver(new KeyValueStore()).Applier.BeginRestore();
        Assert.NotEmpty(Assert.Throws<InvalidDataException>(() => restore.Read(section, Convert.FromHexString(piece))).Message);
    }

    internal static List<(SnapshotSection Section, byte[] Piece)> Pieces(SnapshotCapture capture)
    {
        var pieces = new List<(SnapshotSection, byte[])>();
        var buffer = new ArrayBufferWriter<byte>();
        while (capture.WriteNext(buffer, out SnapshotSection section))
        {
            pieces.Add((section, buffer.WrittenSpan.ToArray()));
            buffer.ResetWrittenCount();
        }

        return pieces;
    }

    private static byte[] Put(string key, string value)
    {
        KeyValueCommand command = KeyValueCommand.Put(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value));
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    /// <summary>A few clients who register, write, retry and acknowledge.</summary>
    private sealed class Clients(ApplierDriver driver)
    {
        private readonly List<(ulong Session, ulong Next)> _sessions = [];
        public Clients CopyFor(ApplierDriver other)
        {
            var copy = new Clients(other);
            copy._sessions.AddRange(_sessions);
            return copy;
        }

        public void Step(ref DeterministicRandom random)
        {
            if (_sessions.Count == 0 || random.Chance(0.1))
            {
                _sessions.Add((driver.Register(), 1));
                return;
            }

            int client = (int)random.Next(_sessions.Count);
            (ulong id, ulong next) = _sessions[client];
            ulong sequence = random.Chance(0.2) ? (ulong)random.Between(1, (long)next) : next;
            ulong acknowledged = random.Chance(0.3) ? (ulong)random.Between(0, (long)sequence) : 0;
            string key = $"k{random.Next(40)}";
            byte[] command = random.Chance(0.2) ? Delete(key) : Put(key, new string('x', (int)random.Next(30)));
            driver.Send(id, sequence, command, acknowledged);
            if (sequence == next) _sessions[client] = (id, next + 1);
        }

        private static byte[] Delete(string key)
        {
            KeyValueCommand command = KeyValueCommand.Delete(System.Text.Encoding.UTF8.GetBytes(key));
            byte[] bytes = new byte[command.Size];
            command.Write(bytes);
            return bytes;
        }
    }
}
