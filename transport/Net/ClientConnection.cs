using System.Net.Sockets;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// An accepted connection of a native client. One task reads requests and hands them to the loop, one writes answers. Values are read from the
/// published state by the writing task, so that the loop never copies one. A client that does not read its answers is not read from any more.
/// </summary>
internal sealed partial class ClientConnection : ICommandReceiver, IFlushable
{
    private readonly Socket _socket;
    private readonly ClientServices _services;
    private readonly TransportOptions _options;
    private readonly int _answerBytesMax;
    private readonly Lock _gate = new();
    private readonly AsyncSignal _output = new();
    private readonly AsyncSignal _room = new();
    private readonly Queue<ClientRead> _servable = new();
    private readonly Stack<ClientRead> _spareReads = new();
    private FrameBuffer _pending;
    private FrameBuffer _sending;
    private int _pendingAnswers;
    private int _inFlight;
    private bool _isDirty;
    private volatile bool _isClosed;

    /// <param name="socket">Greeted already; the caller's to dispose of.</param>
    /// <param name="services">What requests need.</param>
    /// <param name="options">Limits.</param>
    /// <param name="answerBytesMax">Largest whole frame that the client accepts.</param>
    public ClientConnection(Socket socket, ClientServices services, TransportOptions options, int answerBytesMax)
    {
        _socket = socket;
        _services = services;
        _options = options;
        _answerBytesMax = Math.Min(answerBytesMax, options.ClientFrameBytesMax);
        _pending = new FrameBuffer(_answerBytesMax);
        _sending = new FrameBuffer(_answerBytesMax);
    }

    /// <summary>Until the other side closes, or sends what is no request; then the result says what.</summary>
    public async Task<string?> RunAsync(ReadOnlyMemory<byte> received)
    {
        Task writing = WriteAsync();
        try
        {
            return await ReadAsync(received).ConfigureAwait(false);
        }
        finally
        {
            _isClosed = true;
            _output.Set();
            _socket.Dispose();
            await writing.ConfigureAwait(false);
        }
    }

    private async Task<string?> ReadAsync(ReadOnlyMemory<byte> received)
    {
        using var reader = new FrameReader(_socket, _options.ClientFrameBytesMax, received.Span);
        do
        {
            FrameError error = reader.Scan(out int verified);
            for (int at = 0; at < verified;)
            {
                while (Volatile.Read(ref _inFlight) >= _options.ClientRequestsInFlightMax && !_isClosed) await _room.WaitAsync().ConfigureAwait(false);
                if (_isClosed) return null;
                int whole = FrameWalk.LengthAt(reader.Buffer, at);
                DecodeError refused = Handle(reader.Buffer.AsSpan(at, whole));
                if (refused != DecodeError.None) return $"a request could not be read ({refused})";
                at += whole;
            }

            reader.Consume(verified);
            if (error != FrameError.None) return $"a frame is damaged ({error})";
        }
        while (await reader.ReceiveAsync().ConfigureAwait(false));
        return null;
    }

    private DecodeError Handle(ReadOnlySpan<byte> frame)
    {
        var handler = new RequestHandler(this);
        return MessageDecoder.DecodeClientRequest(frame, ref handler);
    }

    private void OnCommand(ulong id, EntryKind kind, ReadOnlySpan<byte> payload)
    {
        Interlocked.Increment(ref _inFlight);
        if (!_services.MayPropose(kind, payload))
        {
            AnswerHere(id, CommandStatus.Malformed);
            return;
        }

        PostResult result = _services.Loop.TrySubmitCommand(this, id, kind, payload.ToArray());
        if (result == PostResult.Full) AnswerHere(id, CommandStatus.Overloaded);
        else if (result == PostResult.Closed) AnswerHere(id, CommandStatus.NoLeader);
    }

    /// <summary>On the loop's thread.</summary>
    void ICommandReceiver.OnCommandResult(ulong id, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply)
    {
        AddAnswer(new ClientResult(id, status, leader), reply);
        if (_isDirty) return;
        _isDirty = true;
        _services.Loop.FlushAfterPass(this);
    }

    /// <summary>On the loop's thread, at the end of a pass.</summary>
    void IFlushable.Flush()
    {
        _isDirty = false;
        _output.Set();
    }

    private void AnswerHere(ulong id, CommandStatus status)
    {
        AddAnswer(new ClientResult(id, status, _services.Loop.Counters.Leader), default);
        _output.Set();
    }

    private void AddAnswer(in ClientResult result, ReadOnlySpan<byte> reply)
    {
        if (_isClosed) return;
        lock (_gate)
        {
            MessageEncoder.Write(_pending, result, reply);
            _pendingAnswers++;
        }
    }

    private readonly struct RequestHandler(ClientConnection connection) : IClientRequestHandler
    {
        public void OnClientCommand(in ClientCommand message, ReadOnlySpan<byte> payload) => connection.OnCommand(message.Id, message.Kind, payload);

        public void OnClientGet(in ClientGet message, ReadOnlySpan<byte> key)
        {
            ClientRead read = connection.RentRead(message.Id);
            read.BeGet(key);
            connection.Begin(read, message.Consistency);
        }

        public void OnClientScan(in ClientScan message, ReadOnlySpan<byte> prefix, bool hasAfter, ReadOnlySpan<byte> after)
        {
            ClientRead read = connection.RentRead(message.Id);
            read.BeScan(message.Limit, prefix, after);
            connection.Begin(read, message.Consistency);
        }
    }
}

/// <summary>What native clients' requests need.</summary>
/// <param name="Loop">Takes commands and decides on reads.</param>
/// <param name="Store">Where values are read.</param>
/// <param name="MayPropose">Whether a command may enter the log: well-formed, and within the limits of keys and values.</param>
/// <param name="ConsistencyOf">What a read gets that asks for this: itself, or the configured policy where requests may not choose.</param>
public sealed record ClientServices(
    NodeLoop Loop, IKeyValueReader Store, CommandGuard MayPropose, Func<ReadConsistency, ReadConsistency> ConsistencyOf);

/// <summary>Whether a client's command may enter the log. Any thread.</summary>
public delegate bool CommandGuard(EntryKind kind, ReadOnlySpan<byte> payload);
