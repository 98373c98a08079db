using System.Globalization;

namespace DEngine.Bench;

/// <summary>Holds every workload against its budget of allocated bytes, which do not depend on the machine.</summary>
internal static class BudgetCommand
{
    /// <summary>0 when every workload keeps to its budget, 1 when not, or when the file and the workloads do not match.</summary>
    public static int Run(string path)
    {
        Dictionary<string, double> budgets = BudgetFile.Read(path);
        var failures = new List<string>();
        Console.WriteLine($"{"bytes allocated per run",-34}{"measured",12}{"budget",12}");
        foreach (BudgetedWorkload workload in WorkloadCatalog.All)
        {
            double measured = AllocationMeter.BytesPerRun(workload);
            bool known = budgets.Remove(workload.Name, out double budget);
            bool over = known && measured > budget;
            Console.WriteLine($"{workload.Name,-34}{Text(measured),12}{(known ? Text(budget) : "missing"),12}{(over ? "  over" : "")}");
            if (!known) failures.Add($"{workload.Name} has no budget in {Path.GetFileName(path)}; it allocates {Text(measured)} bytes per run");
            if (over) failures.Add($"{workload.Name} allocates {Text(measured)} bytes per run, {Text(measured - budget)} over its budget of {Text(budget)}");
        }

        foreach (string name in budgets.Keys.Order(StringComparer.Ordinal)) failures.Add($"{name} has a budget and is no workload");
        foreach (string failure in failures) Console.Error.WriteLine(failure);
        Console.WriteLine(failures.Count == 0 ? "every workload keeps to its budget" : $"{failures.Count} over budget or not matched");
        return failures.Count == 0 ? 0 : 1;
    }

    private static string Text(double bytes) => bytes.ToString("0.##", CultureInfo.InvariantCulture);
}
