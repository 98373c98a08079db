namespace DEngine.Simulation.Checking;

/// <summary>
/// Finds the earliest event with which a key's history stops being linearizable. A history that is linearizable stays so when its end
/// is cut off, so there is exactly one such event; it is a completion, for a mere invoke asks for nothing.
/// </summary>
internal static class ViolationFinder
{
    // The verdict is known; which event is to blame is worth less than the time that a hard history may take.
    private const int ConfigurationsMax = 1_000_000;

    /// <param name="operations">Of one key, not linearizable, by invoke.</param>
    /// <param name="furthest">Whatever completed before this event can be ordered.</param>
    /// <param name="configurationsMax">Of each search.</param>
    public static Violation Find(IReadOnlyList<Operation> operations, int furthest, int configurationsMax)
    {
        configurationsMax = Math.Min(configurationsMax, ConfigurationsMax);
        Operation[] completed = [.. operations.Where(o => o.Outcome == OperationOutcome.Ok).OrderBy(o => o.CompletePosition)];

        // Invariant: the history up to completion good - 1 is linearizable, up to completion bad it is not.
        int good = completed.Count(o => o.CompletePosition < furthest);
        int bad = completed.Length - 1;
        bool exact = true;

        // The event is as a rule near the furthest point reached, so the first probes go there; then the gap is halved.
        int reach = 1;
        while (good < bad && exact)
        {
            int probe = Math.Min(good + reach - 1, (good + bad) / 2);
            switch (Search(operations, completed[probe].CompletePosition, configurationsMax).Verdict)
            {
                case Verdict.Linearizable:
                    good = probe + 1;
                    reach *= 2;
                    break;
                case Verdict.NotLinearizable:
                    bad = probe;
                    break;
                case Verdict.Undecided:
                    exact = false;
                    break;
                default:
                    throw new InvalidOperationException("no such verdict");
            }
        }

        Operation unplaceable = completed[bad];
        List<Step> order = good == 0 ? [] : Search(operations, completed[good - 1].CompletePosition, configurationsMax).Order;
        Operation[] placed = [.. order.Select(s => s.Source)];
        Operation[] concurrent =
        [
            .. operations.Where(o => o != unplaceable && o.Outcome != OperationOutcome.Fail
                && o.InvokePosition < unplaceable.CompletePosition && o.CompletePosition > unplaceable.InvokePosition)
        ];
        string explanation = ViolationText.Write(operations, unplaceable, exact, placed, concurrent);
        return new Violation(unplaceable.Key, unplaceable, exact, placed, concurrent, explanation);
    }

    private static (Verdict Verdict, List<Step> Order) Search(IReadOnlyList<Operation> operations, int lastPosition, int configurationsMax)
    {
        var search = new LinearizationSearch(KeyProblem.Build(operations, lastPosition), configurationsMax);
        Verdict verdict = search.Run();
        return (verdict, verdict == Verdict.Linearizable ? search.Order() : []);
    }
}
