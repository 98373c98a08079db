using System.Globalization;
using System.Text;
using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Workload;

/// <summary>Notes what one client asks and is told, where it is judged; and knows what the client knows.</summary>
internal sealed class OperationBook(SimulatedWorld world, int client)
{
    private readonly Dictionary<string, string?> _lastRead = [];
    private readonly List<KeyValueRecord> _scanned = [];

    private string Client => $"client {client}";

    /// <summary>It begins; gives its command, which is empty for one that only asks.</summary>
    public byte[] Begin(ClientOperation operation, TimeSpan now) => operation.Command = Note(operation, now);

    /// <summary>A command has been applied. Gives the word for what came of it.</summary>
    public string Applied(ClientOperation operation, ReadOnlySpan<byte> reply, TimeSpan now)
    {
        if (!WorkloadCommand.TryReadReply(reply, out KeyValueReply parsed, out long count) || parsed.Status != KeyValueStatus.Ok)
            throw new ViolationException($"ANS {Client} got a reply that cannot be read for {operation.Function} {operation.Key}");
        world.Commands.OnApplied(Client, operation.Command, parsed.Revision);
        world.Reads.OnAcknowledged(parsed.Revision);
        if (operation.Function == ClientFunction.Cas && !parsed.Succeeded) return Failed(operation, now);
        if (operation.Judge == Judge.Counter) world.Counters.OnAdded(Client, operation.Key, operation.CountMin, count);
        else world.History.Ok(client, now);
        return nameof(HistoryEventType.Ok);
    }

    /// <summary>A read or scan has been answered.</summary>
    public string Answered(ClientOperation operation, Answer answer, TimeSpan now)
    {
        switch (operation.Judge)
        {
            case Judge.History:
                _lastRead[operation.Key] = answer.Value;
                world.History.Ok(client, now, HistoryValue.From(answer.Value));
                break;
            case Judge.Counter:
                _ = long.TryParse(answer.Value, CultureInfo.InvariantCulture, out long count);
                world.Counters.OnRead(Client, operation.Key, operation.CountMin, count);
                break;
            default:
                if (operation.Function == ClientFunction.Scan) JudgeScan(operation.Key, answer);
                break;
        }

        if (operation.IsStrong)
            world.Reads.JudgeFreshness($"{operation.Function} {operation.Key} of {Client}", operation.Acknowledged, answer.View.AppliedIndex);
        return nameof(HistoryEventType.Ok);
    }

    /// <summary>The cluster says that it certainly did not happen. Only a deletion is not told from others by its bytes.</summary>
    public string Refused(ClientOperation operation, TimeSpan now)
    {
        if (!operation.IsRead && operation.Function != ClientFunction.Delete) world.Commands.OnFailed(Client, operation.Command);
        return Failed(operation, now);
    }

    /// <summary>It certainly did not happen.</summary>
    public string Failed(ClientOperation operation, TimeSpan now)
    {
        if (operation.Judge == Judge.History) world.History.Fail(client, now);
        else if (operation.Function == ClientFunction.Add) world.Counters.OnFailed(operation.Key);
        return nameof(HistoryEventType.Fail);
    }

    /// <summary>Nobody knows, and nobody will.</summary>
    public string Unknown(ClientOperation operation, TimeSpan now)
    {
        if (operation.IsRead) return Failed(operation, now);
        if (operation.Judge == Judge.History) world.History.Info(client, now);
        return nameof(HistoryEventType.Info);
    }

    private byte[] Note(ClientOperation operation, TimeSpan now)
    {
        byte[] key = Encoding.UTF8.GetBytes(operation.Key);
        byte[] value = Encoding.UTF8.GetBytes(operation.Step.Value);
        HistoryRecorder history = world.History;
        if (operation.Judge == Judge.Counter) operation.CountMin = world.Counters.OnBegun(operation.Key, operation.Function == ClientFunction.Add);
        switch (operation.Function)
        {
            case ClientFunction.Read:
                if (operation.Judge == Judge.History) history.InvokeRead(client, operation.Key, now);
                return [];
            case ClientFunction.Scan:
                return [];
            case ClientFunction.Write:
                history.InvokeWrite(client, operation.Key, HistoryValue.From(operation.Step.Value), now);
                return Encode(KeyValueCommand.Put(key, value));
            case ClientFunction.Delete:
                history.InvokeDelete(client, operation.Key, now);
                return Encode(KeyValueCommand.Delete(key));
            case ClientFunction.Cas:
                string? expected = operation.Step.Expected ?? _lastRead.GetValueOrDefault(operation.Key);
                history.InvokeCas(client, operation.Key, HistoryValue.From(expected), HistoryValue.From(operation.Step.Value), now);
                return Encode(expected is null
                    ? KeyValueCommand.PutIfAbsent(key, value)
                    : KeyValueCommand.CompareAndSwap(key, Encoding.UTF8.GetBytes(expected), value));
            case ClientFunction.Append:
                history.InvokeAppend(client, operation.Key, HistoryValue.From(operation.Step.Value), now);
                return WorkloadCommand.Append(key, value);
            case ClientFunction.Add:
                return WorkloadCommand.Add(key, Encoding.UTF8.GetBytes($"add {client}-{operation.Number}"));
            default:
                throw new InvalidOperationException($"unknown function {operation.Function}");
        }
    }

    /// <summary>The first page was taken when the node answered, the rest comes out of the same state now, whatever has been written meanwhile.</summary>
    private void JudgeScan(string prefix, Answer answer)
    {
        _scanned.Clear();
        _scanned.AddRange(answer.FirstPage);
        if (answer.HasMore) answer.View.Scan(Encoding.UTF8.GetBytes(prefix), _scanned[^1].Key.Span, int.MaxValue, _scanned);
        world.Reads.JudgeScan(Client, prefix, answer.View.AppliedIndex, _scanned);
    }

    private static byte[] Encode(in KeyValueCommand command)
    {
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}
