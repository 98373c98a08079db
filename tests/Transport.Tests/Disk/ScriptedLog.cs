using DEngine.Core;

namespace DEngine.Transport.Tests;

/// <summary>A log that remembers what was asked of it and fails when it is told to.</summary>
internal sealed class ScriptedLog : ILogStorage
{
    private readonly Lock _gate = new();
    private readonly List<string> _calls = [];
    private readonly ManualResetEventSlim _mayGoOn = new(initialState: true);

    public volatile bool IsFull;

    public volatile bool FailsSync;

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    public LogRecovery Open(Action<Entry> onEntry) => new(default, LogPosition.Origin, IsNew: true, TornBytes: 0);

    public void Hang() => _mayGoOn.Reset();

    public void GoOn() => _mayGoOn.Set();

    public void Write(PersistBatch batch)
    {
        _mayGoOn.Wait();
        if (IsFull) throw new StorageFullException("no room");
        lock (_gate) _calls.Add($"write {batch.Ticket}");
    }

    public void Sync()
    {
        if (FailsSync) throw new IOException("the device is gone");
        lock (_gate) _calls.Add("sync");
    }

    public void Finish()
    {
        lock (_gate) _calls.Add("stop");
    }

    public void Dispose() => _mayGoOn.Dispose();
}
