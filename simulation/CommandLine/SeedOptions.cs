using System.CommandLine;

namespace DEngine.Simulation.CommandLine;

/// <summary>Options of commands that run many seeds.</summary>
internal static class SeedOptions
{
    /// <summary><c>--seeds A-B</c>, required.</summary>
    public static Option<string> Seeds()
    {
        var seeds = new Option<string>("--seeds") { Description = "From A to B, both included.", HelpName = "A-B", Required = true };
        seeds.Validators.Add(given =>
        {
            if (!SeedRange.TryParse(given.GetValueOrDefault<string>() ?? "", out _)) given.AddError("--seeds must be A-B with A <= B, such as 1-2000");
        });
        return seeds;
    }

    /// <summary><c>--jobs J</c>; default: one for each core.</summary>
    public static Option<int> Jobs()
    {
        var jobs = new Option<int>("--jobs")
        {
            Description = "Runs at the same time; each takes one core.",
            HelpName = "J",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        jobs.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1) given.AddError("--jobs must be 1 or more");
        });
        return jobs;
    }
}
