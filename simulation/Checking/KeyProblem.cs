namespace DEngine.Simulation.Checking;

internal enum StepKind : byte
{
    Read,
    Write,
    Cas,
    Append,
}

/// <summary>
/// An operation in the terms of the search: values are ids of the key's <see cref="ValueTable"/>, a delete is a write of absence.
/// </summary>
/// <param name="Kind">What it does.</param>
/// <param name="First">Read, written, or expected by a cas; for an append the text's id.</param>
/// <param name="Second">What a cas writes.</param>
/// <param name="Class">The same for steps that do the same.</param>
/// <param name="Invoke">Its place among all events of the history.</param>
/// <param name="Complete">Its place among all events, or int.MaxValue.</param>
/// <param name="Source">Where it comes from.</param>
internal readonly record struct Step(StepKind Kind, int First, int Second, int Class, int Invoke, int Complete, Operation Source)
{
    /// <summary>The state that it leaves; not for appends, where it depends on the state before.</summary>
    public int Result => Kind == StepKind.Cas ? Second : First;
}

/// <summary>
/// The history of one key, made ready for the search: required steps must each be placed between their invoke and their completion,
/// optional ones (outcome unknown) after their invoke or nowhere. Failed operations and reads of unknown outcome constrain nothing.
/// </summary>
internal sealed class KeyProblem
{
    private KeyProblem(List<Step> required, List<Step> optional, ValueTable values, bool hasAppends, int classCount)
    {
        Required = [.. required];
        Optional = [.. optional];
        Values = values;
        HasAppends = hasAppends;
        ClassCount = classCount;
    }

    /// <summary>By invoke.</summary>
    public Step[] Required { get; }

    /// <summary>By invoke.</summary>
    public Step[] Optional { get; }

    public ValueTable Values { get; }

    public bool HasAppends { get; }

    public int ClassCount { get; }

    /// <summary>The part of the history up to and including the event at <paramref name="lastPosition"/>.</summary>
    /// <param name="operations">Of one key, by invoke.</param>
    /// <param name="lastPosition">An operation that completes later is open in this part.</param>
    public static KeyProblem Build(IReadOnlyList<Operation> operations, int lastPosition)
    {
        bool hasAppends = operations.Any(o => o.Function == HistoryFunction.Append && o.Outcome != OperationOutcome.Fail);
        var values = new ValueTable(hasAppends);
        var classes = new Dictionary<(StepKind, int, int), int>();
        var required = new List<Step>(operations.Count);
        var optional = new List<Step>();
        foreach (Operation operation in operations)
        {
            if (operation.InvokePosition > lastPosition)
                break;
            if (operation.Outcome == OperationOutcome.Fail)
                continue;
            bool open = operation.Outcome != OperationOutcome.Ok || operation.CompletePosition > lastPosition;
            if (open && operation.Function == HistoryFunction.Read)
                continue;
            Step step = Compile(operation, values, classes, open);
            (open ? optional : required).Add(step);
        }

        DropUnobserved(required, optional, values, hasAppends);
        return new KeyProblem(required, optional, values, hasAppends, classes.Count);
    }

    private static Step Compile(Operation operation, ValueTable values, Dictionary<(StepKind, int, int), int> classes, bool open)
    {
        (StepKind kind, int first, int second) = operation.Function switch
        {
            HistoryFunction.Read => (StepKind.Read, values.Intern(operation.Value), 0),
            HistoryFunction.Write => (StepKind.Write, values.Intern(operation.Value), 0),
            HistoryFunction.Delete => (StepKind.Write, ValueTable.Absent, 0),
            HistoryFunction.Cas => (StepKind.Cas, values.Intern(operation.Value), values.Intern(operation.NewValue)),
            HistoryFunction.Append => (StepKind.Append, values.InternText(operation.Value.Text), 0),
            _ => throw new InvalidOperationException($"no such function: {operation.Function}"),
        };

        // A cas to the value that it expects tells what a read tells, and changes as little.
        if (kind == StepKind.Cas && first == second)
            (kind, second) = (StepKind.Read, 0);
        if (!classes.TryGetValue((kind, first, second), out int @class))
        {
            @class = classes.Count;
            classes.Add((kind, first, second), @class);
        }

        int complete = open ? int.MaxValue : operation.CompletePosition;
        return new Step(kind, first, second, @class, operation.InvokePosition, complete, operation);
    }

    // Why an optional write or cas may be left out when no read gives, and no cas expects, what it writes:
    // take any valid order in which it stands. Nothing between it and the next step that replaces the value depends on its value: a
    // read there would have given it, a cas there would have expected it, and (for a key with appends) the same holds of every string
    // grown from it. So the order without it is valid too, and leaving it out is allowed because its outcome is unknown. A *required*
    // step cannot go: it did replace the value, and a later read of the old one must be found out.
    // What an open cas expects counts as observed only while that cas itself is kept: hence the repetition.
    // An optional append's result depends on where it is placed, so the search decides about it (Moves: IsUseful).
    private static void DropUnobserved(List<Step> required, List<Step> optional, ValueTable values, bool hasAppends)
    {
        optional.RemoveAll(s => s.Kind == StepKind.Read);
        bool[] byRequired = new bool[values.Count];
        foreach (Step step in required)
        {
            if (step.Kind is StepKind.Read or StepKind.Cas)
                byRequired[step.First] = true;
        }

        int before;
        bool[] observed;
        do
        {
            before = optional.Count;
            observed = (bool[])byRequired.Clone();
            foreach (Step step in optional)
            {
                if (step.Kind == StepKind.Cas)
                    observed[step.First] = true;
            }

            if (!hasAppends)
                optional.RemoveAll(s => !observed[s.Result]);
        }
        while (optional.Count != before);

        values.Freeze(observed);
        if (hasAppends)
            optional.RemoveAll(s => s.Kind != StepKind.Append && !values.IsUseful(s.Result));
    }
}
