using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>
/// A node's whole storage: log with rotation and truncation, snapshots written and received, compaction. It crashes at every disk operation in turn, before, in
/// the middle and after, then loses power in several ways; what it starts with again always contains everything that was durable (K2, K4, K5).
/// </summary>
public sealed class SnapshotCrashTests(ITestOutputHelper output)
{
    private const int Entries = 2000;

    /// <summary>The state after each entry.</summary>
    private static readonly Lazy<ulong[]> Digests = new(() =>
    {
        var state = new SnapshotHarness();
        return [.. Enumerable.Range(0, Entries + 100).Select(index => state.ApplyThrough(index).Digest)];
    });

    [Fact]
    public void Whichever_operation_the_crash_falls_on_a_node_starts_with_everything_that_was_durable()
    {
        var whole = new StorageScript();
        whole.Play(new SimulatedDisk());
        Assert.True(whole.Saved >= 8 && whole.Received >= 2 && whole.Truncated >= 20, $"{whole}");
        CrashReport report = CrashAtEveryOperation.Run(
            () => new StorageScript(), new CrashOptions { Shuffles = 1, CrashesDuringRecovery = false, FoundIsDurable = false, Threads = 2 });
        output.WriteLine($"{Entries} entries, {whole}: {report}");
        Assert.True(report.Recoveries > 4000);
    }

    /// <summary>What a follower does to its disk, the same every time, and what it may rely on at any moment.</summary>
    private sealed class StorageScript : CrashScenario
    {
        private readonly List<long> _terms = [];
        private readonly SnapshotHarness _state = new();
        private DeterministicRandom _random = new(11);
        private long _term = 1;
        private long _floor;
        private long _allowed;

        public int Saved { get; private set; }

        public int Received { get; private set; }

        public int Truncated { get; private set; }

        public override string ToString() => $"{Saved} snapshots written, {Received} received, {Truncated} suffixes cut";

        public override void Play(IDisk disk)
        {
            using var log = new WriteAheadLog(disk, LogHarness.Tiny);
            using var files = new SnapshotFiles(disk) { PortionBytes = 900 };
            files.Open();
            log.Open(_ => { });
            while (_terms.Count < Entries)
            {
                Write(log);
                if (_floor - _state.Applier.AppliedIndex > 150) Save(log, files);
                if (Received < 2 && _terms.Count > (Received + 1) * 700) Receive(log, files);
            }
        }

        /// <summary>Everything durable is there, and nothing that was never written.</summary>
        public override string Recover(SimulatedDisk disk)
        {
            (NodeRecovery recovery, SnapshotHarness state) = SnapshotHarness.Recover(disk);
            long last = recovery.Log.LastIndex;
            Assert.True(last >= _floor, $"durable up to {_floor}, recovered {last}");
            Assert.True(last <= _allowed, $"written up to {_allowed}, recovered {last}");
            for (long index = recovery.Log.Base.Index; index <= _floor; index++)
            {
                if (index == 0) continue;
                Assert.True(recovery.Log.TryTermAt(index, out long term) && term == _terms[(int)index - 1], $"entry {index} is {term}");
            }

            Assert.True(state.Digest == Digests.Value[last], $"the state at {last} is another one");
            return $"up to {last}";
        }

        private void Write(WriteAheadLog log)
        {
            var batch = new PersistBatch { Ticket = 1 };
            if (_terms.Count - _state.Applier.AppliedIndex > 12 && _random.Chance(0.12))
            {
                // A new leader's entries take the place of some that were durable here and never committed.
                long from = _terms.Count - _random.Next(8);
                _floor = Math.Min(_floor, from - 1);
                batch.HardState = new HardState(++_term, NodeId.None);
                batch.Truncate(from);
                _terms.RemoveRange((int)from - 1, _terms.Count - (int)from + 1);
                Truncated++;
            }

            for (long count = _random.Between(1, 14); count > 0; count--)
            {
                _terms.Add(_term);
                batch.Add(SnapshotHarness.Put(_term, _terms.Count));
            }

            _allowed = Math.Max(_allowed, _terms.Count);
            log.Write(batch);
            if (_random.Chance(0.3)) return;
            log.Sync();
            _floor = _allowed = _terms.Count;
        }

        private void Save(WriteAheadLog log, SnapshotFiles files)
        {
            long committed = _floor - 12;
            ApplyThrough(committed);
            _state.Save(files);
            files.Retain(2);
            log.Write(new PersistBatch { DropBefore = Math.Max(1, committed - _random.Next(20)) });
            Saved++;
        }

        /// <summary>A leader that has gone on: its snapshot ends where this log does not reach.</summary>
        private void Receive(WriteAheadLog log, SnapshotFiles files)
        {
            var theirs = new SimulatedDisk();
            using var source = new SnapshotFiles(theirs);
            long last = _terms.Count + 40;
            SnapshotId snapshot = new SnapshotHarness().ApplyThrough(last, _term).Save(source);
            byte[] bytes = new byte[snapshot.Bytes];
            source.Read(snapshot, 0, bytes);
            long offset = files.BeginReceive(snapshot);
            while (offset < bytes.Length)
            {
                int count = (int)Math.Min(700, bytes.Length - offset);
                files.Receive(bytes.AsSpan((int)offset, count));
                offset += count;
            }

            _allowed = Math.Max(_allowed, last);
            SnapshotRestore restore = _state.BeginRestore();
            while (files.FinishReceive(restore) is var check && check != SnapshotCheck.Whole) Assert.Equal(SnapshotCheck.GoesOn, check);
            while (_terms.Count < last) _terms.Add(_term);
            _floor = last;
            ApplyThrough(last);
            log.Write(new PersistBatch { TruncateFrom = 1, HardState = new HardState(_term, NodeId.None) });
            Received++;
        }

        private void ApplyThrough(long index)
        {
            while (_state.Applier.AppliedIndex < index)
            {
                long next = _state.Applier.AppliedIndex + 1;
                _state.Apply(SnapshotHarness.Put(_terms[(int)next - 1], next));
            }
        }
    }
}
