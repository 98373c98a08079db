using System.Diagnostics;

namespace DEngine.Mutants;

/// <summary>Builds the simulator in a copy of the tree and sweeps seeds with it.</summary>
internal sealed class Trial(WorkingCopy copy, TrialOptions options)
{
    private const string Project = "simulation/CommandLine/dengine-sim.csproj";
    private const string Program = "simulation/CommandLine/bin/Release/net10.0/dengine-sim.dll";
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    /// <summary>The tree as it is: finds what would be put down to every mutant.</summary>
    public Outcome RunUnchanged()
    {
        string errors = Build("--property:RestoreIgnoreFailedSources=true");
        if (errors.Length > 0) throw new MutantException($"the unchanged tree does not compile:\n{errors}");
        return Sweep();
    }

    /// <exception cref="MutantException">The mutant does not apply.</exception>
    public Outcome Run(Mutant mutant)
    {
        copy.Apply(mutant);
        try
        {
            string errors = Build("--no-restore");
            if (errors.Length > 0) return new Outcome(false, Outcome.NotBuilt, 0, errors, 0);
            Outcome outcome = Sweep();
            if (outcome.IsFound && options.ScenarioDirectory is { } directory) Shrink(mutant, outcome.Seed, directory);
            return outcome;
        }
        finally
        {
            copy.Restore(mutant);
        }
    }

    private void Shrink(Mutant mutant, long seed, string directory)
    {
        Directory.CreateDirectory(directory);
        string file = Path.Combine(directory, $"{mutant.Id}.scenario");
        (int? code, string output) = Tool.Run("dotnet", ["exec", Program, "shrink", "--seed", $"{seed}", "--out", file], copy.Root, options.SweepLimit);
        string[] lines = output.TrimEnd().Split('\n');
        Console.WriteLine(code == 0 ? $"{lines[^1].Trim()}: {file}" : $"{mutant.Id} is not shrunk: {lines[^1].Trim()}");
    }

    /// <returns>What went wrong; empty when all is well.</returns>
    private string Build(string option)
    {
        string[] arguments =
        [
            "build", Project, "-c", "Release", "--nologo", "-v", "quiet", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false",
            "-p:MSBuildTreatWarningsAsErrors=false", "-p:GenerateDocumentationFile=false", option,
        ];
        (int? code, string output) = Tool.Run("dotnet", arguments, copy.Root, BuildLimit);
        if (code == 0) return "";
        string[] lines = output.Split('\n');
        return lines.FirstOrDefault(line => line.Contains("error ", StringComparison.Ordinal)) ?? lines[^1];
    }

    private Outcome Sweep()
    {
        string[] arguments = ["exec", Program, "sweep", "--seeds", $"1-{options.Seeds}", "--jobs", $"{options.Jobs}", "--stop-at-first"];
        long started = Stopwatch.GetTimestamp();
        (int? code, string output) = Tool.Run("dotnet", arguments, copy.Root, options.SweepLimit);
        return SweepOutput.Read(code, output, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}

/// <summary>How much one mutant may cost.</summary>
/// <param name="Seeds">From seed 1 on; a mutant that none of them fails with has survived.</param>
/// <param name="Jobs">Runs at the same time.</param>
/// <param name="SweepLimit">Wall clock for one sweep.</param>
internal sealed record TrialOptions(int Seeds, int Jobs, TimeSpan SweepLimit)
{
    /// <summary>Where a scenario is put for each mutant that is found; null: nowhere.</summary>
    public string? ScenarioDirectory { get; init; }
}
