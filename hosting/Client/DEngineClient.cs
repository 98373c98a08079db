using System.Security.Cryptography;
using DEngine.Configuration;
using DEngine.Core;
using DEngine.Transport;

namespace DEngine;

/// <summary>
/// A client of a cluster over the native protocol. Keeps one connection, to any node, and goes to another when that one fails or finds no leader; a
/// write that was under way is repeated there in the client's session, and so applied once. Any thread.
/// </summary>
public sealed partial class DEngineClient : IKeyValueClient, IAsyncDisposable
{
    private readonly DEngineClientOptions _options;
    private readonly KeyValueRequests _requests;
    private readonly TransportOptions _transport;
    private readonly NodeAddress[] _endpoints;
    private readonly MonotonicClock _clock = new();
    private readonly Lock _gate = new();
    private readonly SessionClient _session;
    private readonly Dictionary<ulong, TaskCompletionSource<WriteResult>> _writes = [];
    private readonly Dictionary<ulong, RemoteRead> _reads = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly Task _connecting;
    private readonly Task _ticking;
    private ulong _nextId;
    private bool _isDisposed;

    /// <summary>Starts connecting at once; requests wait for it.</summary>
    /// <exception cref="ArgumentException">An endpoint is no HOST:PORT, or there is none.</exception>
    public DEngineClient(DEngineClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _endpoints = [.. options.Endpoints.Select(Parse)];
        if (_endpoints.Length == 0) throw new ArgumentException("At least one endpoint is needed.", nameof(options));
        _requests = new KeyValueRequests(options.KeyBytesMax, options.ValueBytesMax);
        int largest = options.KeyBytesMax + (2 * options.ValueBytesMax) + (2 * FrameFormat.MessageOverheadBytesMax);
        _transport = new TransportOptions { ClientFrameBytesMax = Math.Max(FrameFormat.ClientFrameBytesMax, largest) };
        var session = new SessionClientOptions { OperationsMax = options.RequestsMax, WindowMax = 1024 };
        _session = new SessionClient(session, new SessionPort(this), BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        _connecting = Task.Run(ConnectAsync);
        _ticking = Task.Run(TickAsync);
    }

    /// <summary>A client of the nodes at these addresses, HOST:PORT, with the default options.</summary>
    public static DEngineClient Connect(params string[] endpoints) => new(new DEngineClientOptions { Endpoints = endpoints });

    /// <summary>The node that the client is connected to at the moment; null while it is looking for one.</summary>
    public uint? ConnectedNode
    {
        get
        {
            lock (_gate) return _connection?.Node.Value;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default) =>
        (await WriteAsync(_requests.Put(key.Span, value.Span), cancellation).ConfigureAwait(false)).Revision;

    /// <inheritdoc/>
    public async ValueTask<ConditionalResult> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation = default)
    {
        KeyValueReply reply = await WriteAsync(_requests.Delete(key.Span), cancellation).ConfigureAwait(false);
        return new ConditionalResult(reply.Succeeded, reply.Revision);
    }

    /// <inheritdoc/>
    public async ValueTask<ConditionalResult> CompareAndSwapAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        KeyValueReply reply = await WriteAsync(_requests.CompareAndSwap(key.Span, expected, value.Span), cancellation).ConfigureAwait(false);
        return new ConditionalResult(reply.Succeeded, reply.Revision);
    }

    /// <inheritdoc/>
    public async ValueTask<KeyValueEntry?> GetAsync(
        ReadOnlyMemory<byte> key, ReadConsistency? consistency = null, CancellationToken cancellation = default)
    {
        _requests.CheckKey(key.Span);
        var read = new RemoteRead { Key = key, Consistency = consistency ?? _options.DefaultConsistency };
        ScanPage page = await ReadAsync(read, cancellation).ConfigureAwait(false);
        return page.Entries.Count == 0 ? null : page.Entries[0];
    }

    /// <inheritdoc/>
    public async ValueTask<ScanPage> ScanAsync(
        ReadOnlyMemory<byte> prefix,
        ReadOnlyMemory<byte>? after = null,
        int limit = 1000,
        ReadConsistency? consistency = null,
        CancellationToken cancellation = default)
    {
        _requests.CheckScan(prefix.Span, after.GetValueOrDefault().Span, limit);
        var read = new RemoteRead
        {
            Key = prefix,
            After = after.GetValueOrDefault(),
            Limit = limit,
            Consistency = consistency ?? _options.DefaultConsistency,
        };
        return await ReadAsync(read, cancellation).ConfigureAwait(false);
    }

    /// <summary>Closes the connection; what waits ends as it stands.</summary>
    public async ValueTask DisposeAsync()
    {
        NativeConnection? connection;
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _session.Stop(_clock.Now);
            foreach (RemoteRead read in _reads.Values) read.Result.TrySetException(new NotReadyException("The client has been disposed of."));
            _reads.Clear();
            connection = _connection;
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        await _connecting.ConfigureAwait(false);
        await _ticking.ConfigureAwait(false);
        _disposing.Dispose();
        _work.Dispose();
    }

    private static NodeAddress Parse(string endpoint) => NodeAddress.TryParse(endpoint, out NodeAddress address)
        ? address
        : throw new ArgumentException($"\"{endpoint}\" is no endpoint: HOST:PORT or [IPv6]:PORT is.", nameof(endpoint));

    private async ValueTask<KeyValueReply> WriteAsync(byte[] command, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var result = new TaskCompletionSource<WriteResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ulong id = ++_nextId;
            TimeSpan now = _clock.Now;
            _writes.Add(id, result);
            _session.Submit(id, command, now + _options.RequestTimeout, now);
        }

        Wake();
        WriteResult written;
        try
        {
            written = await result.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            throw new UnknownOutcomeException("The caller stopped waiting: the write may have happened, or may still.", error);
        }

        return written.Outcome switch
        {
            OperationOutcome.Applied when written.Reply.Status == KeyValueStatus.Ok => written.Reply,
            OperationOutcome.Applied or OperationOutcome.Malformed =>
                throw new InvalidRequestException("The cluster does not take this write: its key or value is beyond the cluster's limits."),
            OperationOutcome.NoLeader => throw NoLeader(),
            OperationOutcome.Overloaded => throw new OverloadedException("Too many writes are waiting in the cluster, or in this client."),
            OperationOutcome.StorageFull => throw new StorageFullException(StorageFullException.WhatToDo),
            OperationOutcome.Unknown => throw new UnknownOutcomeException("No answer came in time: the write may have happened, or may still."),
            _ => throw new InvariantViolationException($"unknown outcome {written.Outcome}"),
        };
    }

    private async ValueTask<ScanPage> ReadAsync(RemoteRead read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_reads.Count >= _options.RequestsMax) throw new OverloadedException("Too many reads are waiting in this client.");
            read.Id = ++_nextId;
            read.Deadline = _clock.Now + _options.RequestTimeout;
            _reads.Add(read.Id, read);
            SendRead(read, _clock.Now);
        }

        Wake();
        try
        {
            return await read.Result.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _reads.Remove(read.Id);
        }
    }

    private NoLeaderException NoLeader() =>
        new($"No node that finds a leader was found within {_options.RequestTimeout.TotalSeconds:0.#} s among {string.Join(", ", _options.Endpoints)}.");

    /// <summary>A read on its way, or between two attempts.</summary>
    private sealed class RemoteRead
    {
        public ulong Id { get; set; }

        /// <summary>The key, or a scan's prefix.</summary>
        public ReadOnlyMemory<byte> Key { get; init; }

        public ReadOnlyMemory<byte> After { get; init; }

        /// <summary>Of a scan; 0 for a get.</summary>
        public int Limit { get; init; }

        public ReadConsistency Consistency { get; init; }

        public TimeSpan Deadline { get; set; }

        /// <summary>When it was sent; null between two attempts.</summary>
        public TimeSpan? SentAt { get; set; }

        public TimeSpan NextAttempt { get; set; }

        public TaskCompletionSource<ScanPage> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
