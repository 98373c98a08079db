using DEngine.Core;

namespace DEngine.Testing;

/// <summary>
/// The promises of <see cref="ILogStorage"/>, one case each, for any storage and any test framework: run every case against a fresh
/// <see cref="LogStorageFixture"/> and report what it throws.
/// </summary>
/// <example>
/// <code>
/// foreach (LogStorageCase promise in LogStorageConformance.Cases)
/// {
///     using var fixture = new MyFixture();
///     if (fixture.CanCrash || !promise.NeedsCrash) promise.Run(fixture);
/// }
/// </code>
/// </example>
public static class LogStorageConformance
{
    /// <summary>Every promise.</summary>
    public static IReadOnlyList<LogStorageCase> Cases { get; } =
    [
        Case("A new storage is empty and says that it is new", NewIsEmpty),
        Case("What was written is found in order of index", FindsWhatWasWritten),
        Case("A storage that has been used does not say that it is new", UsedIsNotNew),
        Case("Every entry kind and payload length comes back as it was, the empty one included", KeepsKindsAndLengths),
        Case("A payload larger than any buffer comes back whole", KeepsLargePayloads),
        Case("The latest hard state is found, with and without entries", KeepsTheLatestHardState),
        Case("A node that is recovering is so until it is written down that it is not", KeepsTheRecovery),
        Case("An empty batch changes nothing", EmptyBatchChangesNothing),
        Case("A truncated suffix does not come back", TruncationIsRemembered),
        Case("A truncation and its replacement in one batch replace the suffix", TruncationWithReplacement),
        Case("Truncation from the first index on leaves nothing but the hard state", TruncationToNothing),
        Case("A truncation behind the last entry changes nothing", TruncationBehindTheEnd),
        Case("Truncation again and again leaves the last version of every entry", RepeatedTruncation),
        Case("A log that was emptied may begin anew at a later index, behind a snapshot", BeginsAnewBehindASnapshot),
        Case("A prefix that was dropped takes nothing else with it", DropsAPrefix),
        Case("A drop, a hard state, a truncation and entries may come in one batch", DropInOneBatch),
        Case("When everything was dropped the log goes on behind it", DropsEverything),
        Case("A drop before the first index changes nothing", DropBeforeTheStart),
        Case("An entry that does not follow the last one is refused as a broken invariant", RefusesGaps),
        Case("A batch may be reused as soon as Write has returned", DoesNotKeepTheBatch),
        Case("Writing goes on after every reopening", GoesOnAfterReopening),
        Case("Thousands of entries in batches of every size come back", ManyEntries),
        Case("What was synced survives a crash", SyncedSurvivesACrash, needsCrash: true),
        Case("After a crash without a sync a prefix of what was written is found", UnsyncedIsAPrefix, needsCrash: true),
        Case("A truncation and its replacement survive a crash together or not at all", TruncationIsAtomic, needsCrash: true),
        Case("A term never comes back without its vote", HardStateIsAtomic, needsCrash: true),
        Case("What follows a drop is there after a crash", DropSurvivesACrash, needsCrash: true),
        Case("Writing goes on after a crash, and survives the next one", GoesOnAfterACrash, needsCrash: true),
        Case("What was found after a crash is still there after another crash", FoundStaysFound, needsCrash: true),
    ];

    /// <summary>Runs every case, each on a fixture of its own; those that need a crash where the fixture can crash.</summary>
    /// <param name="makeFixture">Called once for each case; the suite disposes of what it makes.</param>
    /// <returns>How many cases ran.</returns>
    /// <exception cref="ConformanceException">Promises are broken; the message lists all of them.</exception>
    public static int RunAll(Func<LogStorageFixture> makeFixture)
    {
        ArgumentNullException.ThrowIfNull(makeFixture);
        using LogStorageFixture first = makeFixture();
        bool canCrash = first.CanCrash;
        return Expect.All(from promise in Cases where canCrash || !promise.NeedsCrash select (promise.Name, (Action)(() => Run(promise))));

        void Run(LogStorageCase promise)
        {
            using LogStorageFixture fixture = makeFixture();
            promise.Run(fixture);
        }
    }

    private static LogStorageCase Case(string name, Action<StorageUnderTest> run, bool needsCrash = false)
    {
        return new LogStorageCase(name, needsCrash, fixture =>
        {
            using var storage = new StorageUnderTest(fixture);
            run(storage);
        });
    }

    private static void NewIsEmpty(StorageUnderTest log)
    {
        log.Open();
        Expect.That(log.Recovery.IsNew, "A storage that nothing was ever written to must say that it is new.");
        Expect.That(log.Recovery.TornBytes == 0, "A new storage has no torn tail.");
    }

    private static void FindsWhatWasWritten(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 3);
        log.Append(term: 1, count: 1);
        log.Append(term: 4, count: 5);
        log.Sync();
        log.Reopen();
        Expect.That(log.Recovery.TornBytes == 0, "After a sync and a clean stop there is no torn tail.");
    }

    private static void UsedIsNotNew(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(1, NodeId.None);
        log.Write();
        log.Sync();
        log.Reopen();
        Expect.That(!log.Recovery.IsNew, "A storage that a hard state was written to is not new.");
    }

    private static void KeepsKindsAndLengths(StorageUnderTest log)
    {
        log.Open();
        long index = 1;
        foreach (EntryKind kind in Enum.GetValues<EntryKind>())
        {
            foreach (int length in (ReadOnlySpan<int>)[0, 1, 7, 8, 9, 511, 512, 513, 4096])
            {
                log.Batch.Add(StorageUnderTest.MakeEntry(2, index++, length) with { Kind = kind });
            }
            log.Write();
        }
        log.Sync();
        log.Reopen();
    }

    private static void KeepsLargePayloads(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 1, payloadBytes: 3_000_001);
        log.Append(term: 1, count: 3);
        log.Sync();
        log.Reopen();
        log.Append(term: 1, count: 1, payloadBytes: 1_000_000);
        log.Sync();
        log.Reopen();
    }

    private static void KeepsTheRecovery(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 3);
        log.Batch.Recovery = RecoveryReason.Damaged;
        log.Write();
        log.Sync();
        log.Reopen();
        Expect.That(log.Recovery.Recovery == RecoveryReason.Damaged, $"The storage says {log.Recovery.Recovery} where a recovery has begun.");
        log.Append(term: 1, count: 3);
        log.Sync();
        log.Reopen();
        Expect.That(log.Recovery.Recovery == RecoveryReason.Damaged, $"The storage says {log.Recovery.Recovery} where a recovery has not ended.");
        log.Batch.Recovery = RecoveryReason.None;
        log.Append(term: 1, count: 1);
        log.Sync();
        log.Reopen();
        Expect.That(log.Recovery.Recovery == RecoveryReason.None, $"The storage says {log.Recovery.Recovery} where a recovery has ended.");
    }

    private static void KeepsTheLatestHardState(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(1, new NodeId(3));
        log.Write();
        log.Append(term: 1, count: 2);
        log.Batch.HardState = new HardState(7, NodeId.None);
        log.Write();
        log.Batch.HardState = new HardState(7, new NodeId(uint.MaxValue));
        log.Append(term: 7, count: 2);
        log.Sync();
        log.Reopen();
        log.Append(term: 7, count: 1);
        log.Sync();
        log.Reopen();
    }

    private static void EmptyBatchChangesNothing(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 2);
        log.Write();
        log.Sync();
        log.Sync();
        log.Reopen();
    }

    private static void TruncationIsRemembered(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(2, new NodeId(1));
        log.Append(term: 2, count: 10);
        log.Batch.Truncate(6);
        log.Write();
        log.Sync();
        log.Reopen();
        log.Append(term: 3, count: 2);
        log.Sync();
        log.Reopen();
    }

    private static void TruncationWithReplacement(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 10);
        log.Batch.Truncate(4);
        log.Append(term: 2, count: 3);
        log.Sync();
        log.Reopen();
    }

    private static void TruncationToNothing(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(9, new NodeId(2));
        log.Append(term: 9, count: 4);
        log.Batch.Truncate(1);
        log.Write();
        log.Sync();
        log.Reopen();
        log.Append(term: 10, count: 1);
        log.Sync();
        log.Reopen();
    }

    private static void TruncationBehindTheEnd(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 4);
        log.Batch.Truncate(5);
        log.Append(term: 2, count: 2);
        log.Batch.Truncate(100);
        log.Write();
        log.Sync();
        log.Reopen();
    }

    private static void RepeatedTruncation(StorageUnderTest log)
    {
        log.Open();
        for (int round = 1; round <= 40; round++)
        {
            log.Append(term: 2 * round, count: 5);
            log.Batch.Truncate((round * 3) - 1);
            log.Append(term: (2 * round) + 1, count: 2);
            if (round % 3 == 0) log.Sync();
            if (round % 10 == 0)
            {
                log.Sync();
                log.Reopen();
            }
        }
    }

    private static void BeginsAnewBehindASnapshot(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 10);
        log.Sync();
        log.Batch.Truncate(1);
        log.Batch.Add(StorageUnderTest.MakeEntry(3, 101));
        log.Batch.Add(StorageUnderTest.MakeEntry(3, 102));
        log.Write();
        log.Sync();
        log.Reopen();
        log.Append(term: 4, count: 2);
        log.Batch.Truncate(101);
        log.Write();
        log.Batch.Add(StorageUnderTest.MakeEntry(5, 201));
        log.Write();
        log.Sync();
        log.Reopen();
    }

    private static void DropsAPrefix(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 40, payloadBytes: 300);
        log.Sync();
        log.DropBefore(25);
        log.Sync();
        log.Reopen();
        log.Append(term: 2, count: 10, payloadBytes: 300);
        log.Batch.Truncate(30);
        log.Append(term: 3, count: 20, payloadBytes: 300);
        log.DropBefore(41);
        log.Append(term: 3, count: 1);
        log.Sync();
        log.Reopen();
    }

    private static void DropInOneBatch(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 20);
        log.Sync();
        log.Batch.DropBefore = 8;
        log.Batch.HardState = new HardState(2, new NodeId(4));
        log.Batch.Truncate(15);
        log.Append(term: 2, count: 3);
        log.Sync();
        log.Reopen();
    }

    private static void DropsEverything(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(3, new NodeId(1));
        log.Append(term: 3, count: 9);
        log.DropBefore(10);
        log.Append(term: 3, count: 2);
        log.Sync();
        log.Reopen();
        log.DropBefore(12);
        log.Sync();
        log.Reopen();
        log.Append(term: 4, count: 2);
        log.Sync();
        log.Reopen();
    }

    private static void DropBeforeTheStart(StorageUnderTest log)
    {
        log.Open();
        log.DropBefore(1);
        log.Append(term: 1, count: 12);
        log.DropBefore(7);
        log.DropBefore(3);
        log.Append(term: 1, count: 2);
        log.Sync();
        log.Reopen();
    }

    private static void RefusesGaps(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 3);
        var gap = new PersistBatch { Ticket = 100 };
        gap.Add(StorageUnderTest.MakeEntry(1, 5));
        Expect.Throws<InvariantViolationException>(() => log.Storage.Write(gap), "An entry at index 5 does not follow one at index 3.");
        gap.Reset();
        gap.Add(StorageUnderTest.MakeEntry(1, 3));
        Expect.Throws<InvariantViolationException>(() => log.Storage.Write(gap), "An entry that takes another's place needs a truncation.");
        log.Append(term: 1, count: 1);
        log.Sync();
        log.Reopen();
    }

    private static void DoesNotKeepTheBatch(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(1, new NodeId(1));
        log.Append(term: 1, count: 5);
        for (int i = 0; i < 5; i++) log.Batch.Add(StorageUnderTest.MakeEntry(99, 900 + i));
        log.Batch.HardState = new HardState(99, NodeId.None);
        log.Batch.Reset();
        log.Sync();
        log.Reopen();
    }

    private static void GoesOnAfterReopening(StorageUnderTest log)
    {
        log.Open();
        for (int i = 1; i <= 12; i++)
        {
            log.Append(term: i, count: i);
            log.Sync();
            log.Reopen();
        }
    }

    private static void ManyEntries(StorageUnderTest log)
    {
        log.Open();
        for (int i = 0; i < 120; i++)
        {
            log.Append(term: 1 + (i / 50), count: 1 + (i * 7 % 60), payloadBytes: i * 13 % 300);
            if (i % 4 == 0) log.Sync();
        }
        log.Sync();
        log.Reopen();
    }

    private static void SyncedSurvivesACrash(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(3, new NodeId(2));
        log.Append(term: 3, count: 7);
        log.Sync();
        List<Entry> expected = Entries(3, 1, 7);
        log.CrashAndOpen();
        log.Expect(new HardState(3, new NodeId(2)), expected);
    }

    private static void UnsyncedIsAPrefix(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 5);
        log.Sync();
        log.Append(term: 1, count: 5);
        log.Append(term: 1, count: 5);
        log.CrashAndOpen();
        Expect.That(log.Found.Count is >= 5 and <= 15, $"5 entries were synced and 15 written; found {log.Found.Count}.");
        log.Expect(default, Entries(1, 1, log.Found.Count));
    }

    private static void TruncationIsAtomic(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 8);
        log.Sync();
        log.Batch.Truncate(4);
        log.Append(term: 2, count: 3);
        log.CrashAndOpen();
        if (log.Found.Count == 8) log.Expect(default, Entries(1, 1, 8));
        else
        {
            Expect.That(log.Found.Count is >= 4 and <= 6, $"Expected 8 old entries, or 3 old ones and 1 to 3 new ones; found {log.Found.Count}.");
            log.Expect(default, [.. Entries(1, 1, 3), .. Entries(2, 4, log.Found.Count - 3)]);
        }
    }

    private static void HardStateIsAtomic(StorageUnderTest log)
    {
        log.Open();
        var before = new HardState(4, new NodeId(1));
        var after = new HardState(5, new NodeId(2));
        log.Batch.HardState = before;
        log.Write();
        log.Sync();
        log.Batch.HardState = after;
        log.Write();
        log.CrashAndOpen();
        HardState found = log.Recovery.HardState;
        Expect.That(found == before || found == after, $"Expected {before} or {after}; found {found}.");
    }

    private static void DropSurvivesACrash(StorageUnderTest log)
    {
        log.Open();
        log.Batch.HardState = new HardState(2, new NodeId(5));
        log.Append(term: 2, count: 30, payloadBytes: 500);
        log.Sync();
        log.DropBefore(20);
        log.Append(term: 2, count: 5, payloadBytes: 500);
        log.Sync();
        log.CrashAndCompare();
        log.Append(term: 3, count: 5);
        log.Sync();
        log.CrashAndCompare();
    }

    private static void GoesOnAfterACrash(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 4);
        log.Sync();
        log.Append(term: 1, count: 4);
        for (int round = 2; round <= 6; round++)
        {
            log.CrashAndOpen();
            var expected = new List<Entry>(log.Found);
            log.Batch.Add(StorageUnderTest.MakeEntry(round, expected.Count + 1, payloadBytes: 5 * round));
            expected.Add(log.Batch.Entries[0]);
            log.Write();
            log.Sync();
            log.CrashAndOpen();
            log.Expect(default, expected);
            log.Batch.Add(StorageUnderTest.MakeEntry(round, expected.Count + 1));
            log.Write();
        }
    }

    private static void FoundStaysFound(StorageUnderTest log)
    {
        log.Open();
        log.Append(term: 1, count: 4);
        log.Sync();
        log.Append(term: 1, count: 9, payloadBytes: 700);
        log.CrashAndOpen();
        var found = new List<Entry>(log.Found);
        log.CrashAndOpen();
        log.Expect(default, found);
    }

    private static List<Entry> Entries(long term, long first, int count)
    {
        var entries = new List<Entry>(count);
        for (int i = 0; i < count; i++) entries.Add(StorageUnderTest.MakeEntry(term, first + i));
        return entries;
    }
}
