using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

/// <summary>The definition of linearizability, carried out: tries every order. For a handful of operations.</summary>
internal static class BruteForce
{
    public static bool IsLinearizable(IReadOnlyList<Operation> operations)
    {
        Operation[] remaining = [.. operations.Where(o => o.Outcome != OperationOutcome.Fail)];
        return Search(remaining, HistoryValue.Null);
    }

    /// <summary>Whether <paramref name="order"/> itself is one that proves <paramref name="operations"/> linearizable.</summary>
    public static bool Proves(IReadOnlyList<Operation> order, IReadOnlyList<Operation> operations)
    {
        HistoryValue state = HistoryValue.Null;
        foreach (Operation operation in order)
        {
            if (!TryApply(operation, ref state))
                return false;
        }

        // No operation may stand behind one that was invoked only after it had completed.
        int latestInvoke = -1;
        foreach (Operation operation in order)
        {
            if (operation.CompletePosition < latestInvoke)
                return false;
            latestInvoke = Math.Max(latestInvoke, operation.InvokePosition);
        }

        return order.Distinct().Count() == order.Count
            && order.All(o => o.Outcome != OperationOutcome.Fail)
            && operations.Where(o => o.Outcome == OperationOutcome.Ok).All(order.Contains);
    }

    private static bool Search(Operation[] remaining, HistoryValue state)
    {
        if (remaining.All(o => o.Outcome == OperationOutcome.Info))
            return true;
        foreach (Operation next in remaining)
        {
            if (remaining.Any(o => o.CompletePosition < next.InvokePosition))
                continue;
            HistoryValue after = state;
            if (TryApply(next, ref after) && Search([.. remaining.Where(o => o != next)], after))
                return true;
        }

        return false;
    }

    private static bool TryApply(Operation operation, ref HistoryValue state)
    {
        switch (operation.Function)
        {
            case HistoryFunction.Read:
                return operation.Outcome == OperationOutcome.Info || operation.Value == state;
            case HistoryFunction.Write:
                state = operation.Value;
                return true;
            case HistoryFunction.Delete:
                state = HistoryValue.Null;
                return true;
            case HistoryFunction.Append:
                state = HistoryValue.From(state.Text + operation.Value.Text);
                return true;
            case HistoryFunction.Cas when operation.Value == state:
                state = operation.NewValue;
                return true;
            case HistoryFunction.Cas:
                return false;
            default:
                throw new InvalidOperationException();
        }
    }
}
