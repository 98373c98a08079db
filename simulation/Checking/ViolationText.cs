using System.Text;

namespace DEngine.Simulation.Checking;

/// <summary>Says in at most 30 lines why an operation has no place, to someone who has the history but not the algorithm.</summary>
internal static class ViolationText
{
    private const int PlacedMax = 8;
    private const int ConcurrentMax = 8;
    private const int WritersMax = 5;

    /// <param name="operations">Of the key, by invoke.</param>
    /// <param name="culprit">A read or a cas: any other operation can always be placed last.</param>
    /// <param name="exact">Whether no earlier completion is to blame.</param>
    /// <param name="placed">An order of all that completed before.</param>
    /// <param name="concurrent">What overlaps the culprit.</param>
    public static string Write(
        IReadOnlyList<Operation> operations, Operation culprit, bool exact, Operation[] placed, Operation[] concurrent)
    {
        var text = new StringBuilder();
        Operation? before = placed.LastOrDefault(o => o.Function != HistoryFunction.Read && o.CompletePosition < culprit.InvokePosition);
        text.Append("not linearizable: key ").Append(Operation.Shown(HistoryValue.From(culprit.Key))).Append(": ");
        if (before is not null)
            text.Append("after ").Append(before).Append(", ");
        text.Append(culprit).Append(culprit.Function == HistoryFunction.Read
            ? " gave a value that no order of the concurrent operations explains"
            : " succeeded, which no order of the concurrent operations explains");
        if (!exact)
            text.Append("\n  (at the latest: the search for an earlier contradiction reached its limit)");

        AddPlaced(text, placed);
        AddWriters(text, operations, culprit);
        AddConcurrent(text, concurrent);
        return text.ToString();
    }

    private static void AddPlaced(StringBuilder text, Operation[] placed)
    {
        if (placed.Length == 0)
        {
            text.Append("\n  nothing completed before it that says anything about the value");
            return;
        }

        int shown = Math.Min(placed.Length, PlacedMax);
        text.Append($"\n  what completed before can be ordered ({placed.Length} operations); one such order ends:");
        foreach (Operation operation in placed.AsSpan(placed.Length - shown))
            text.Append("\n    ").Append(operation);
        text.Append("\n    leaving ").Append(Operation.Shown(StateAfter(placed)));
    }

    private static void AddWriters(StringBuilder text, IReadOnlyList<Operation> operations, Operation culprit)
    {
        // The start of a string that grows says nothing about who wrote the whole.
        if (operations.Any(o => o.Function == HistoryFunction.Append))
            return;
        HistoryValue value = culprit.Value;
        string name = Operation.Shown(value);
        Operation[] writers = [.. operations.Where(o => Leaves(o, value) && o.InvokePosition < culprit.CompletePosition)];
        Operation[] failed = [.. writers.Where(o => o.Outcome == OperationOutcome.Fail)];
        writers = [.. writers.Where(o => o.Outcome != OperationOutcome.Fail)];
        if (writers.Length == 0)
        {
            text.Append(value == HistoryValue.Null
                ? "\n  the key is absent only before the first write takes effect"
                : $"\n  nothing had written {name}");
            if (value != HistoryValue.Null && failed.Length > 0)
                text.Append($", except {failed[^1]}, which was reported as failed");
            return;
        }

        text.Append($"\n  {name} was written by");
        AddList(text, writers, WritersMax);
    }

    private static void AddConcurrent(StringBuilder text, Operation[] concurrent)
    {
        if (concurrent.Length == 0)
        {
            text.Append("\n  nothing was concurrent with it");
            return;
        }

        text.Append("\n  concurrent with it");
        AddList(text, concurrent, ConcurrentMax);
    }

    private static void AddList(StringBuilder text, Operation[] operations, int countMax)
    {
        int shown = Math.Min(operations.Length, countMax);
        text.Append(shown < operations.Length ? $" (the last {shown} of {operations.Length}):" : ":");
        foreach (Operation operation in operations.AsSpan(operations.Length - shown))
            text.Append("\n    ").Append(operation);
    }

    private static bool Leaves(Operation operation, HistoryValue value) => operation.Function switch
    {
        HistoryFunction.Write => operation.Value == value,
        HistoryFunction.Cas => operation.NewValue == value,
        HistoryFunction.Delete => value == HistoryValue.Null,
        HistoryFunction.Append or HistoryFunction.Read => false,
        _ => throw new InvalidOperationException($"no such function: {operation.Function}"),
    };

    private static HistoryValue StateAfter(Operation[] placed)
    {
        // Only what follows the last replacement counts: a long history of appends is put together once.
        int last = Array.FindLastIndex(placed, o => o.Function is not (HistoryFunction.Append or HistoryFunction.Read));
        HistoryValue start = last < 0 ? HistoryValue.Null : placed[last].Function switch
        {
            HistoryFunction.Write => placed[last].Value,
            HistoryFunction.Cas => placed[last].NewValue,
            _ => HistoryValue.Null,
        };
        Operation[] appends = [.. placed.Skip(last + 1).Where(o => o.Function == HistoryFunction.Append)];
        if (appends.Length == 0)
            return start;
        var whole = new StringBuilder(start.Text);
        foreach (Operation append in appends)
            whole.Append(append.Value.Text);
        return HistoryValue.From(whole.ToString());
    }
}
