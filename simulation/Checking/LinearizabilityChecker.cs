namespace DEngine.Simulation.Checking;

/// <summary>
/// Judges whether every key of a history behaved like one copy that takes one operation at a time. Keys are independent: a history is
/// linearizable exactly when each key's is (Herlihy and Wing, 1990, locality).
/// </summary>
public static class LinearizabilityChecker
{
    /// <summary>Judges <paramref name="history"/>. Pure: the same history gives the same result.</summary>
    /// <exception cref="ArgumentException">The model does not know an operation: see <see cref="FindForeign"/>.</exception>
    public static LinearizabilityResult Check(History history, LinearizabilityModel model, LinearizabilityOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        options ??= new LinearizabilityOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ConfigurationsMax, 1);
        if (FindForeign(history, model) is { } foreign)
            throw new ArgumentException($"{foreign} is no operation of the model {model}", nameof(history));

        List<List<Operation>> keys = Partition(history.Operations);
        List<string> violating = [];
        List<string> undecided = [];
        Violation? violation = null;
        long configurations = 0;
        foreach (List<Operation> operations in keys)
        {
            var search = new LinearizationSearch(KeyProblem.Build(operations, int.MaxValue), options.ConfigurationsMax);
            Verdict verdict = search.Run();
            configurations += search.Configurations;
            if (verdict == Verdict.Undecided)
                undecided.Add(operations[0].Key);
            if (verdict != Verdict.NotLinearizable)
                continue;
            violating.Add(operations[0].Key);
            violation ??= ViolationFinder.Find(operations, search.FurthestPosition, options.ConfigurationsMax);
        }

        Verdict worst = violating.Count > 0 ? Verdict.NotLinearizable
            : undecided.Count > 0 ? Verdict.Undecided
            : Verdict.Linearizable;
        return new LinearizabilityResult(
            worst, history.Operations.Count, keys.Count, violating, undecided, violation, configurations);
    }

    /// <summary>The first operation that <paramref name="model"/> does not know, or null.</summary>
    public static Operation? FindForeign(History history, LinearizabilityModel model)
    {
        ArgumentNullException.ThrowIfNull(history);
        HistoryFunction last = model switch
        {
            LinearizabilityModel.Register => HistoryFunction.Write,
            LinearizabilityModel.Cas => HistoryFunction.Cas,
            LinearizabilityModel.KeyValue => HistoryFunction.Delete,
            _ => throw new ArgumentOutOfRangeException(nameof(model), model, "no such model"),
        };
        return history.Operations.FirstOrDefault(o => o.Function > last);
    }

    internal static List<List<Operation>> Partition(IReadOnlyList<Operation> operations)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        var keys = new List<List<Operation>>();
        foreach (Operation operation in operations)
        {
            if (!indexes.TryGetValue(operation.Key, out int index))
            {
                index = keys.Count;
                indexes.Add(operation.Key, index);
                keys.Add([]);
            }

            keys[index].Add(operation);
        }

        return keys;
    }
}
