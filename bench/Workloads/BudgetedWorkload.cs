namespace DEngine.Bench;

/// <summary>A workload with the name that it has in the budget.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Runs">How often it runs in one round of measurement.</param>
/// <param name="Create">Sets it up.</param>
internal sealed record BudgetedWorkload(string Name, int Runs, Func<IWorkload> Create);
