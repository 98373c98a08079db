using System.Buffers;

namespace DEngine.Core.Tests.StateMachine;

/// <summary>What a capture of the sessions costs the loop, and that nothing that comes after it changes it.</summary>
public sealed class SessionCaptureTests
{
    private const int Sessions = 500;
    private const int Window = 1024;

    /// <summary>An id, an index and a reference, and the few objects that hold them.</summary>
    private const long BytesOfASession = 24;

    [Fact]
    public void A_capture_costs_a_few_bytes_for_each_session_however_much_it_remembers()
    {
        (ApplierDriver driver, _) = WithReplies();
        driver.Applier.Publish();
        driver.Applier.Capture().Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        SnapshotCapture capture = driver.Applier.Capture();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, (Sessions * BytesOfASession) + 1_000);
        capture.Dispose();
    }

    [Fact]
    public void What_comes_after_a_capture_does_not_change_it()
    {
        (ApplierDriver driver, ulong[] ids) = WithReplies();
        driver.Applier.Publish();
        SnapshotCapture capture = driver.Applier.Capture();
        string expected = Written(driver.Applier.Capture());

        // Acknowledged replies give their arrays to those that follow; new sessions push old ones out.
        for (ulong sequence = Window + 1; sequence <= Window + 20; sequence++)
            foreach (ulong id in ids) driver.Send(id, sequence, [9], acknowledgedBelow: sequence - 1);
        for (int i = 0; i < Sessions / 2; i++) driver.Register();
        Assert.Equal(expected, Written(capture));
    }

    private static (ApplierDriver Driver, ulong[] Ids) WithReplies()
    {
        var driver = new ApplierDriver(new KeyValueStore(), Sessions, Window);
        ulong[] ids = [.. Enumerable.Range(0, Sessions).Select(_ => driver.Register())];
        foreach (ulong id in ids)
        {
            for (ulong sequence = 1; sequence <= 64; sequence++) driver.Send(id, sequence, [(byte)sequence]);
        }

        return (driver, ids);
    }

    private static string Written(SnapshotCapture capture)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (capture.WriteNext(bytes, out SnapshotSection section))
        {
            if (section != SnapshotSection.Sessions) break;
        }

        capture.Dispose();
        return Convert.ToHexString(bytes.WrittenSpan);
    }
}
