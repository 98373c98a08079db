namespace DEngine.Simulation.Checking;

/// <summary>
/// Takes down what clients do while they do it. A process has one operation at a time; after <see cref="Info"/> it may go on, and
/// that operation stays open for ever. Call it from one thread, at the instant of the event itself: an invoke before the request
/// leaves, a completion after the reply is in.
/// </summary>
/// <remarks>
/// Misuse (two operations open, a completion of nothing, time going back) throws <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class HistoryRecorder
{
    private const int NanosecondsPerTick = 100;

    private readonly List<HistoryEvent> _events = [];
    private readonly Dictionary<long, HistoryEvent> _open = [];
    private readonly Dictionary<long, long> _lastTimes = [];

    /// <summary>Every event so far, in the order of recording.</summary>
    public IReadOnlyList<HistoryEvent> Events => _events;

    /// <summary>Whether <paramref name="process"/> must be completed before it can invoke again.</summary>
    public bool IsOpen(long process) => _open.ContainsKey(process);

    /// <summary>A read is sent.</summary>
    public void InvokeRead(long process, string key, TimeSpan now) => Invoke(process, HistoryFunction.Read, key, default, now);

    /// <summary>A write is sent.</summary>
    public void InvokeWrite(long process, string key, HistoryValue value, TimeSpan now) =>
        Invoke(process, HistoryFunction.Write, key, value, now);

    /// <summary>A compare-and-set is sent; <paramref name="expected"/> null means that the key must not exist.</summary>
    public void InvokeCas(long process, string key, HistoryValue expected, HistoryValue value, TimeSpan now) =>
        Add(new HistoryEvent(process, HistoryEventType.Invoke, HistoryFunction.Cas, key, expected, value, Nanoseconds(now)));

    /// <summary>An append is sent.</summary>
    public void InvokeAppend(long process, string key, HistoryValue value, TimeSpan now) =>
        Invoke(process, HistoryFunction.Append, key, value, now);

    /// <summary>A delete is sent.</summary>
    public void InvokeDelete(long process, string key, TimeSpan now) => Invoke(process, HistoryFunction.Delete, key, default, now);

    /// <summary>An operation other than a cas is sent; use <see cref="InvokeCas"/> for that one.</summary>
    public void Invoke(long process, HistoryFunction function, string key, HistoryValue value, TimeSpan now)
    {
        if (function == HistoryFunction.Cas)
            throw new ArgumentException("a cas has two values: use InvokeCas", nameof(function));
        Add(new HistoryEvent(process, HistoryEventType.Invoke, function, key, value, default, Nanoseconds(now)));
    }

    /// <summary>It happened. For a read, <paramref name="read"/> is what it gave (null: absent); for others it is ignored.</summary>
    public void Ok(long process, TimeSpan now, HistoryValue read = default)
    {
        HistoryEvent invoke = Opened(process, HistoryEventType.Ok);
        Add(invoke with
        {
            Type = HistoryEventType.Ok,
            Value = invoke.Function == HistoryFunction.Read ? read : invoke.Value,
            TimeNanoseconds = Nanoseconds(now),
        });
    }

    /// <summary>It certainly did not and will not happen (a cas whose comparison failed is one such).</summary>
    public void Fail(long process, TimeSpan now) =>
        Add(Opened(process, HistoryEventType.Fail) with { Type = HistoryEventType.Fail, TimeNanoseconds = Nanoseconds(now) });

    /// <summary>Nobody knows. The process may invoke again.</summary>
    public void Info(long process, TimeSpan now) =>
        Add(Opened(process, HistoryEventType.Info) with { Type = HistoryEventType.Info, TimeNanoseconds = Nanoseconds(now) });

    /// <summary>What was recorded so far, to be checked or written; recording may go on.</summary>
    public History ToHistory() => History.From(_events);

    /// <summary>Adds an event if it may follow those before it.</summary>
    /// <returns>The reason against it, or null when it was added.</returns>
    internal string? TryAdd(in HistoryEvent happened)
    {
        HistoryEvent whole = happened;
        string? reason = happened.Type == HistoryEventType.Invoke ? AgainstInvoke(happened) : AgainstCompletion(happened, out whole);
        if (reason is null && _lastTimes.TryGetValue(happened.Process, out long last) && happened.TimeNanoseconds < last)
            reason = $"time of process {happened.Process} goes back from {last} to {happened.TimeNanoseconds}";
        if (reason is not null)
            return reason;

        if (happened.Type == HistoryEventType.Invoke)
            _open.Add(happened.Process, happened);
        else
            _open.Remove(happened.Process);
        _lastTimes[happened.Process] = happened.TimeNanoseconds;
        _events.Add(whole);
        return null;
    }

    private string? AgainstInvoke(in HistoryEvent invoke)
    {
        if (_open.TryGetValue(invoke.Process, out HistoryEvent open))
        {
            return $"process {invoke.Process} invokes {HistoryWords.Of(invoke.Function)} of {Quoted(invoke.Key)} "
                + $"while its {HistoryWords.Of(open.Function)} of {Quoted(open.Key)} is still open";
        }

        if (invoke.Function == HistoryFunction.Read && invoke.Value != HistoryValue.Null)
            return $"the invoke of a read carries the value {invoke.Value}; it is known only at its completion";
        if (invoke.Function == HistoryFunction.Append && invoke.Value == HistoryValue.Null)
            return "an append needs a value";
        return null;
    }

    // A completion need not repeat what its invoke said; `whole` does, so that every event can be read by itself.
    private string? AgainstCompletion(in HistoryEvent completion, out HistoryEvent whole)
    {
        whole = completion;
        string type = HistoryWords.Of(completion.Type);
        if (!_open.TryGetValue(completion.Process, out HistoryEvent open))
            return $"{type} of process {completion.Process}, which has no open operation";
        if (open.Function != completion.Function)
        {
            return $"{type} of {HistoryWords.Of(completion.Function)} by process {completion.Process}, "
                + $"whose open operation is {HistoryWords.Of(open.Function)}";
        }

        if (!string.Equals(open.Key, completion.Key, StringComparison.Ordinal))
            return $"{type} for key {Quoted(completion.Key)}, but the operation was invoked for key {Quoted(open.Key)}";
        if (completion.Function == HistoryFunction.Read)
            return null;

        bool repeats = open.Value == completion.Value && open.NewValue == completion.NewValue;
        bool silent = completion.Value == HistoryValue.Null && completion.NewValue == HistoryValue.Null;
        if (!repeats && !silent)
            return $"{type} of {HistoryWords.Of(completion.Function)} carries another value than its invoke";
        whole = completion with { Value = open.Value, NewValue = open.NewValue };
        return null;
    }

    private HistoryEvent Opened(long process, HistoryEventType type) =>
        _open.TryGetValue(process, out HistoryEvent open)
            ? open
            : throw new InvalidOperationException($"{HistoryWords.Of(type)} of process {process}, which has no open operation");

    private void Add(in HistoryEvent happened)
    {
        if (TryAdd(happened) is { } reason)
            throw new InvalidOperationException(reason);
    }

    private static long Nanoseconds(TimeSpan now) => checked(now.Ticks * NanosecondsPerTick);

    private static HistoryValue Quoted(string key) => HistoryValue.From(key);
}
