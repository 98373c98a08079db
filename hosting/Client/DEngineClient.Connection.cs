using System.Net.Sockets;
using DEngine.Configuration;
using DEngine.Core;
using DEngine.Transport;

namespace DEngine;

/// <content>The connection, and what comes over it.</content>
public sealed partial class DEngineClient
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ReconnectMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReconnectMax = TimeSpan.FromSeconds(1);

    /// <summary>A node that has found no leader for so long is left for another, which may be on the majority's side.</summary>
    private static readonly TimeSpan LeaderlessMax = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<ulong, TimeSpan> _attempts = [];
    private NativeConnection? _connection;
    private TaskCompletionSource? _connectionClosed;
    private TimeSpan _lastHeard;
    private TimeSpan? _leaderlessSince;

    private async Task ConnectAsync()
    {
        TimeSpan pause = ReconnectMin;
        for (int next = Random.Shared.Next(_endpoints.Length); !_disposing.IsCancellationRequested; next = (next + 1) % _endpoints.Length)
        {
            try
            {
                if (await RunConnectionAsync(_endpoints[next]).ConfigureAwait(false)) pause = ReconnectMin;
            }
            catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
            {
                // The next endpoint, after a pause that grows: all of them may be down.
            }

            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _disposing.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < ReconnectMax ? pause * 2 : ReconnectMax;
        }
    }

    private async Task<bool> RunConnectionAsync(NodeAddress endpoint)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = new Receiver(this, closed);
        NativeConnection connection = await NativeConnection
            .ConnectAsync(endpoint.Host, endpoint.Port, _options.ClusterId ?? "", receiver, _transport, _disposing.Token).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            lock (_gate)
            {
                if (_isDisposed) return true;
                TimeSpan now = _clock.Now;
                _connection = connection;
                _connectionClosed = closed;
                _lastHeard = now;
                _leaderlessSince = null;
                _session.OnLeaderKnown(now);
                _session.Tick(now);
                foreach (RemoteRead read in _reads.Values) SendRead(read, now);
            }

            await closed.Task.ConfigureAwait(false);
            lock (_gate)
            {
                _connection = null;
                FailAttempts(_clock.Now);
            }
        }

        return true;
    }

    /// <summary>What was sent over a connection that is gone may have been applied. Under the gate.</summary>
    private void FailAttempts(TimeSpan now)
    {
        ulong[] attempts = [.. _attempts.Keys];
        _attempts.Clear();
        foreach (ulong attempt in attempts) _session.OnResult(attempt, CommandStatus.Unknown, default, now);
        foreach (RemoteRead read in _reads.Values) read.SentAt = null;
    }

    private void Wake()
    {
        try
        {
            if (_work.CurrentCount == 0) _work.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    /// <summary>Runs while anything waits; sleeps otherwise.</summary>
    private async Task TickAsync()
    {
        try
        {
            while (true)
            {
                bool isIdle;
                lock (_gate)
                {
                    TimeSpan now = _clock.Now;
                    _session.Tick(now);
                    TickReads(now);
                    LeaveSilentNode(now);
                    isIdle = _session.Count == 0 && _reads.Count == 0;
                }

                if (isIdle) await _work.WaitAsync(_disposing.Token).ConfigureAwait(false);
                else await Task.Delay(TickInterval, _disposing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }

    private void TickReads(TimeSpan now)
    {
        foreach (RemoteRead read in _reads.Values)
        {
            if (now >= read.Deadline) read.Result.TrySetException(NoLeader());
            else if (read.SentAt is null && now >= read.NextAttempt) SendRead(read, now);
        }
    }

    private void LeaveSilentNode(TimeSpan now)
    {
        if (_connection is null) return;
        TimeSpan? oldest = null;
        foreach (TimeSpan sentAt in _attempts.Values) oldest = oldest < sentAt ? oldest : sentAt;
        foreach (RemoteRead read in _reads.Values)
        {
            if (read.SentAt is { } sentAt) oldest = oldest < sentAt ? oldest : sentAt;
        }

        TimeSpan silentSince = oldest > _lastHeard ? oldest.Value : _lastHeard;
        bool isSilent = oldest is not null && now - silentSince >= _options.SilenceTimeout;
        bool isLeaderless = _leaderlessSince is { } since && now - since >= LeaderlessMax && _endpoints.Length > 1;
        if (isSilent || isLeaderless) _connectionClosed?.TrySetResult();
    }

    /// <summary>Under the gate.</summary>
    private void SendRead(RemoteRead read, TimeSpan now)
    {
        if (_connection is null) return;
        bool sent = read.Limit > 0
            ? _connection.TrySendScan(new ClientScan(read.Id, read.Consistency, read.Limit), read.Key.Span, read.After.Span)
            : _connection.TrySendGet(read.Id, read.Consistency, read.Key.Span);
        read.SentAt = sent ? now : null;
        read.NextAttempt = now + RetryInterval;
    }

    private void Heard(bool foundLeader)
    {
        _lastHeard = _clock.Now;
        if (foundLeader) _leaderlessSince = null;
        else _leaderlessSince ??= _lastHeard;
    }

    private void OnReadAnswer(ulong id, ReadStatus status, Func<ScanPage> page)
    {
        lock (_gate)
        {
            Heard(status is not (ReadStatus.NoLeader or ReadStatus.Stopping));
            if (!_reads.TryGetValue(id, out RemoteRead? read)) return;
            switch (status)
            {
                case ReadStatus.Ready:
                    read.Result.TrySetResult(page());
                    break;
                case ReadStatus.Overloaded:
                    read.Result.TrySetException(new OverloadedException("Too many reads are waiting on the node."));
                    break;
                case ReadStatus.NoLeader:
                case ReadStatus.Stopping:
                    read.SentAt = null;
                    read.NextAttempt = _clock.Now + RetryInterval;
                    break;
                default:
                    Invariant.Broken($"unknown read status {status}");
                    break;
            }
        }
    }

    /// <summary>Gets what one connection brings; late answers of a connection that was left are no harm, since ids are never reused.</summary>
    private sealed class Receiver(DEngineClient client, TaskCompletionSource closed) : INativeReceiver
    {
        public void OnResult(in ClientResult result, ReadOnlySpan<byte> reply)
        {
            lock (client._gate)
            {
                client.Heard(result.Status != CommandStatus.NoLeader);
                client._attempts.Remove(result.Id);
                client._session.OnResult(result.Id, result.Status, reply, client._clock.Now);
            }
        }

        public void OnGetResult(in ClientGetResult result, ReadOnlySpan<byte> value)
        {
            bool found = result.Found;
            long revision = result.Revision;
            byte[] bytes = value.ToArray();
            ulong id = result.Id;
            client.OnReadAnswer(id, result.Status, () => new ScanPage(found ? [new KeyValueEntry(client.KeyOf(id), bytes, revision)] : [], revision, false));
        }

        public void OnScanResult(in ClientScanResult result, ScanRecords records)
        {
            var entries = new List<KeyValueEntry>(result.Count);
            foreach (ScanRecord record in records) entries.Add(new KeyValueEntry(record.Key.ToArray(), record.Value.ToArray(), record.Revision));
            var page = new ScanPage(entries, result.Revision, result.More);
            client.OnReadAnswer(result.Id, result.Status, () => page);
        }

        public void OnClosed(NativeConnection connection, string reason) => closed.TrySetResult();
    }

    private ReadOnlyMemory<byte> KeyOf(ulong read) => _reads.TryGetValue(read, out RemoteRead? found) ? found.Key : default;

    /// <summary>How the session reaches the cluster. Under the gate.</summary>
    private sealed class SessionPort(DEngineClient client) : ISessionPort
    {
        public void Send(ulong attempt, EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now)
        {
            if (client._connection?.TrySendCommand(attempt, kind, payload.Span) == true) client._attempts[attempt] = now;
            else client._session.OnResult(attempt, CommandStatus.NoLeader, default, now);
        }

        public void Complete(ulong operation, OperationOutcome outcome, ReadOnlySpan<byte> reply)
        {
            if (!client._writes.Remove(operation, out TaskCompletionSource<WriteResult>? result)) return;
            var read = default(KeyValueReply);
            if (outcome == OperationOutcome.Applied && !KeyValueReply.TryRead(reply, out read)) outcome = OperationOutcome.Unknown;
            result.TrySetResult(new WriteResult(outcome, read));
        }
    }
}
