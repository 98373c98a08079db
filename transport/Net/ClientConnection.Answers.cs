using System.Diagnostics.CodeAnalysis;
using DEngine.Core;

namespace DEngine.Transport;

/// <content>Reads, and the task that writes answers.</content>
internal sealed partial class ClientConnection
{
    /// <summary>Answers are sent when so many bytes have gathered, even if more are ready.</summary>
    private const int SendBytes = 256 << 10;

    /// <summary>A buffer that has held more is let go: connections are many, large answers are rare.</summary>
    private const int BufferBytesKept = 2 * SendBytes;

    private readonly List<KeyValueRecord> _scanned = [];

    private ClientRead RentRead(ulong id)
    {
        lock (_gate)
        {
            ClientRead read = _spareReads.TryPop(out ClientRead? spare) ? spare : new ClientRead(this);
            read.Id = id;
            return read;
        }
    }

    private void Begin(ClientRead read, ReadConsistency asked)
    {
        Interlocked.Increment(ref _inFlight);
        ReadConsistency consistency = _services.ConsistencyOf(asked);
        bool served = _services.Loop.Admits(consistency);
        PostResult result = served ? PostResult.Accepted : _services.Loop.TrySubmitRead(read, 0, consistency);
        if (!served && result == PostResult.Accepted) return;
        Decide(read, result switch
        {
            PostResult.Full => ReadStatus.Overloaded,
            PostResult.Closed => ReadStatus.Stopping,
            _ => ReadStatus.Ready,
        });
        _output.Set();
    }

    private void Decide(ClientRead read, ReadStatus status)
    {
        read.Status = status;
        lock (_gate) _servable.Enqueue(read);
    }

    /// <summary>On the loop's thread.</summary>
    private void OnDecided(ClientRead read, ReadStatus status)
    {
        Decide(read, status);
        if (_isDirty) return;
        _isDirty = true;
        _services.Loop.FlushAfterPass(this);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (!_isClosed)
            {
                await _output.WaitAsync().ConfigureAwait(false);
                for (int answers = Gather(); answers > 0 && !_isClosed; answers = Gather())
                {
                    await TcpSockets.SendAllAsync(_socket, _sending.WrittenMemory).ConfigureAwait(false);
                    Interlocked.Add(ref _inFlight, -answers);
                    _room.Set();
                }
            }
        }
        catch (Exception error) when (TcpSockets.IsConnectionGone(error))
        {
            // The reading task ends by the same.
        }

        _isClosed = true;
        _socket.Dispose();
        _room.Set();
    }

    /// <summary>Puts together what is sent next; gives how many answers it holds.</summary>
    private int Gather()
    {
        int answers;
        lock (_gate)
        {
            if (_sending.Length > BufferBytesKept) _sending = new FrameBuffer(_answerBytesMax);
            _sending.Reset();
            (_pending, _sending) = (_sending, _pending);
            answers = _pendingAnswers;
            _pendingAnswers = 0;
        }

        while (_sending.Length < SendBytes && TryTakeServable(out ClientRead? read))
        {
            if (!Serve(read))
            {
                // The client accepts frames too small for this answer: it cannot be served, and must not wait for ever.
                _isClosed = true;
                return 0;
            }

            answers++;
            lock (_gate) _spareReads.Push(read);
        }

        return answers;
    }

    private bool TryTakeServable([NotNullWhen(true)] out ClientRead? read)
    {
        lock (_gate) return _servable.TryDequeue(out read);
    }

    private bool Serve(ClientRead read) => read.IsScan ? ServeScan(read) : ServeGet(read);

    private bool ServeGet(ClientRead read)
    {
        KeyValueRecord? record = null;
        bool found = read.Status == ReadStatus.Ready && _services.Store.TryGet(read.Key, out record);
        if (found && record!.Value.Length > FrameFormat.PayloadBytesMax(_answerBytesMax)) return false;
        var result = new ClientGetResult(read.Id, read.Status, found, found ? record!.ModifyRevision : 0);
        MessageEncoder.Write(_sending, result, found ? record!.Value.Span : default);
        return true;
    }

    private bool ServeScan(ClientRead read)
    {
        _scanned.Clear();
        int limit = read.Status == ReadStatus.Ready ? Math.Min(read.Limit, _options.ScanEntriesMax) : 0;
        (long appliedIndex, bool more) = _services.Store.Scan(read.Key, read.After, limit, _scanned);
        more &= limit > 0;
        ScanResultWriter writer = MessageEncoder.BeginScanResult(_sending, read.Id);
        foreach (KeyValueRecord record in _scanned)
        {
            if (writer.TryAdd(record.Key.Span, record.Value.Span, record.ModifyRevision)) continue;
            if (writer.Count == 0) return false;
            more = true;
            break;
        }

        writer.End(read.Status, more, appliedIndex);
        _scanned.Clear();
        return true;
    }

    /// <summary>A read under way; reused by its connection.</summary>
    private sealed class ClientRead(ClientConnection connection) : IReadReceiver
    {
        private byte[] _bytes = [];
        private int _keyLength;
        private int _length;

        public ulong Id { get; set; }

        public ReadStatus Status { get; set; }

        /// <summary>Of a scan; 0 for a get.</summary>
        public int Limit { get; private set; }

        public bool IsScan => Limit > 0;

        /// <summary>The key, or a scan's prefix.</summary>
        public ReadOnlySpan<byte> Key => _bytes.AsSpan(0, _keyLength);

        public ReadOnlySpan<byte> After => _bytes.AsSpan(_keyLength, _length - _keyLength);

        public void BeGet(ReadOnlySpan<byte> key) => Set(0, key, default);

        public void BeScan(int limit, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after) => Set(limit, prefix, after);

        void IReadReceiver.OnReadResult(ulong id, ReadStatus status, NodeId leader) => connection.OnDecided(this, status);

        private void Set(int limit, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
        {
            Limit = limit;
            _keyLength = first.Length;
            _length = first.Length + second.Length;
            if (_bytes.Length < _length) _bytes = new byte[_length];
            first.CopyTo(_bytes);
            second.CopyTo(_bytes.AsSpan(_keyLength));
        }
    }
}
