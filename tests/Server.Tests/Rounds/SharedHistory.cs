using System.Diagnostics;
using DEngine.Simulation.Checking;

namespace DEngine.Server.Tests.Rounds;

/// <summary>
/// What all clients saw, on one monotonic clock, and what came of it. Any thread. The instant is taken under the lock, so that the order of
/// recording is the order of time.
/// </summary>
internal sealed class SharedHistory
{
    private readonly Lock _gate = new();
    private readonly HistoryRecorder _recorder = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, string> _acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly long[] _ends = new long[Enum.GetValues<HistoryEventType>().Length];
    private TimeSpan _markedAt;
    private TaskCompletionSource<TimeSpan>? _firstWrite;

    /// <summary>Every key that was asked for.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate) return [.. _keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Keys that were written once, with an answer, and their values.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged
    {
        get
        {
            lock (_gate) return new Dictionary<string, string>(_acknowledged, StringComparer.Ordinal);
        }
    }

    public long CountOf(HistoryEventType type)
    {
        lock (_gate) return _ends[(int)type];
    }

    /// <summary>Runs one operation of a process and takes it down.</summary>
    /// <param name="process">Has no other operation under way.</param>
    /// <param name="client">The process's way to the cluster.</param>
    /// <param name="command">What it asks.</param>
    /// <param name="isUnique">Whether nobody else ever writes this key.</param>
    public async Task<StoreAnswer> RunAsync(int process, IStoreClient client, StoreCommand command, bool isUnique = false)
    {
        TimeSpan invokedAt = Invoke(process, command);
        StoreAnswer answer = await client.RunAsync(command);
        Complete(process, command, answer, invokedAt, isUnique);
        return answer;
    }

    /// <summary>From now on: how long until the first write that is sent after this call is acknowledged.</summary>
    public Task<TimeSpan> FirstWriteFromNow()
    {
        lock (_gate)
        {
            _markedAt = Now();
            _firstWrite = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _firstWrite.Task;
        }
    }

    public void WriteTo(string path)
    {
        using StreamWriter file = new(path);
        lock (_gate) HistoryWriter.Write(file, _recorder.ToHistory());
    }

    private TimeSpan Now() => Stopwatch.GetElapsedTime(_start);

    private TimeSpan Invoke(int process, StoreCommand command)
    {
        lock (_gate)
        {
            TimeSpan now = Now();
            _ends[(int)HistoryEventType.Invoke]++;
            _keys.Add(command.Key);
            if (command.Function == HistoryFunction.Cas)
                _recorder.InvokeCas(process, command.Key, HistoryValue.From(command.Expected), HistoryValue.From(command.Value), now);
            else
                _recorder.Invoke(process, command.Function, command.Key, HistoryValue.From(command.Value), now);
            return now;
        }
    }

    private void Complete(int process, StoreCommand command, StoreAnswer answer, TimeSpan invokedAt, bool isUnique)
    {
        lock (_gate)
        {
            TimeSpan now = Now();
            _ends[(int)answer.Type]++;
            switch (answer.Type)
            {
                case HistoryEventType.Ok:
                    _recorder.Ok(process, now, HistoryValue.From(answer.Read));
                    if (isUnique) _acknowledged.Add(command.Key, command.Value!);
                    if (command.Function == HistoryFunction.Write && invokedAt >= _markedAt) _firstWrite?.TrySetResult(now - _markedAt);
                    break;
                case HistoryEventType.Fail:
                    _recorder.Fail(process, now);
                    break;
                case HistoryEventType.Info:
                    _recorder.Info(process, now);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(answer), answer.Type, "no end of an operation");
            }
        }
    }
}
