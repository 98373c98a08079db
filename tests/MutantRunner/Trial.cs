using System.Diagnostics;

namespace DEngine.Mutants;

/// <summary>Puts one mutant into a copy of the built simulator and sweeps seeds with it; or into a copy of built tests, and runs those that it names.</summary>
internal sealed class Trial
{
    private const string SimulatorProject = "simulation/CommandLine/dengine-sim.csproj";
    private const string SimulatorDirectory = "simulation/CommandLine/bin/Release/net10.0";
    private const string Simulator = "dengine-sim.dll";

    private readonly WorkingCopy _copy;
    private readonly TrialOptions _options;
    private readonly MutantCompiler _compiler;

    /// <summary>Builds what the mutants need.</summary>
    /// <exception cref="MutantException">The unchanged tree does not compile.</exception>
    public Trial(WorkingCopy copy, TrialOptions options, IReadOnlyList<Mutant> mutants)
    {
        _copy = copy;
        _options = options;
        if (mutants.Any(mutant => mutant.Test is null)) copy.Build(SimulatorProject);
        foreach (string project in mutants.Select(mutant => mutant.Test?.Project).OfType<string>().Distinct()) copy.Build(project);
        _compiler = new MutantCompiler(copy.Root, copy.ProjectDirectories);
    }

    /// <summary>The tree as it is, over seeds: finds what would be put down to a mutant.</summary>
    public Outcome SweepUnchanged(long from, long to, int jobs) => Sweep(Path.Combine(_copy.Root, SimulatorDirectory), from, to, jobs);

    /// <summary>The tree as it is, under the tests that a mutant names.</summary>
    public Outcome TestUnchanged(MutantTest test) => RunTest(TestDirectory(test), test);

    /// <param name="mutant">Applies.</param>
    /// <param name="jobs">Runs of the simulator at the same time.</param>
    public Outcome Run(Mutant mutant, int jobs)
    {
        string directory = Path.Combine(_copy.TrialsDirectory, mutant.Id);
        string program = Path.Combine(directory, "program");
        CopyProgram(mutant.Test is { } named ? TestDirectory(named) : Path.Combine(_copy.Root, SimulatorDirectory), program);
        try
        {
            (IReadOnlyList<string> assemblies, string error) = _compiler.Compile(mutant, _copy.Source, directory);
            if (error.Length > 0) return new Outcome(false, Outcome.NotTried, 0, error, 0);
            foreach (string assembly in assemblies)
            {
                string target = Path.Combine(program, Path.GetFileName(assembly));
                if (File.Exists(target)) File.Copy(assembly, target, overwrite: true);
            }

            if (!assemblies.Any(assembly => File.Exists(Path.Combine(program, Path.GetFileName(assembly)))))
                return new Outcome(false, Outcome.NotTried, 0, "it changes nothing that its trial runs: it needs a line \"test:\"", 0);
            if (mutant.Test is { } test) return RunTest(program, test);
            Outcome outcome = Sweep(program, 1, _options.Seeds, jobs);
            if (outcome.IsFound && _options.ScenarioDirectory is { } scenarios) Shrink(program, mutant, outcome.Seed, scenarios);
            return outcome;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private void Shrink(string program, Mutant mutant, long seed, string directory)
    {
        Directory.CreateDirectory(directory);
        string file = Path.Combine(directory, $"{mutant.Id}.scenario");
        string[] arguments = ["exec", Path.Combine(program, Simulator), "shrink", "--seed", $"{seed}", "--out", file];
        (int? code, string output) = Tool.Run("dotnet", arguments, _copy.Root, _options.Limit);
        string[] lines = output.TrimEnd().Split('\n');
        Console.WriteLine(code == 0 ? $"{lines[^1].Trim()}: {file}" : $"{mutant.Id} is not shrunk: {lines[^1].Trim()}");
    }

    private Outcome Sweep(string program, long from, long to, int jobs)
    {
        string[] arguments = ["exec", Path.Combine(program, Simulator), "sweep", "--seeds", $"{from}-{to}", "--jobs", $"{jobs}", "--stop-at-first"];
        long started = Stopwatch.GetTimestamp();
        (int? code, string output) = Tool.Run("dotnet", arguments, _copy.Root, _options.Limit);
        return SweepOutput.Read(code, output, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private Outcome RunTest(string program, MutantTest test)
    {
        string assembly = Path.ChangeExtension(Path.GetFileName(Directory.EnumerateFiles(Path.Combine(_copy.Root, test.Project), "*.csproj").Single()), ".dll");
        string[] arguments = ["test", Path.Combine(program, assembly), "--filter", test.Filter];
        long started = Stopwatch.GetTimestamp();
        (int? code, string output) = Tool.Run("dotnet", arguments, _copy.Root, _options.Limit);
        return TestOutput.Read(code, output, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private string TestDirectory(MutantTest test) => Path.Combine(_copy.Root, test.Project, "bin/Release/net10.0");

    private static void CopyProgram(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

/// <summary>How much one mutant may cost.</summary>
/// <param name="Seeds">From seed 1 on; a mutant that none of them fails with has survived.</param>
/// <param name="Jobs">Mutants at the same time.</param>
/// <param name="Limit">Wall clock for one sweep or test.</param>
internal sealed record TrialOptions(int Seeds, int Jobs, TimeSpan Limit)
{
    /// <summary>Where a scenario is put for each mutant that is found; null: nowhere.</summary>
    public string? ScenarioDirectory { get; init; }
}
