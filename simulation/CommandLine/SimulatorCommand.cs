using System.CommandLine;
using System.CommandLine.Invocation;

namespace DEngine.Simulation.CommandLine;

/// <summary>The whole command line. Each subcommand is a file of its own and is listed here.</summary>
internal static class SimulatorCommand
{
    private const string Description =
        "The DEngine simulator: runs clusters under injected faults from a seed, and judges what clients saw.";

    /// <summary>Parses and carries out; gives the exit code.</summary>
    public static int Run(string[] args, Stream input, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(Description)
        {
            RunCommand.Create(),
            SweepCommand.Create(),
            BitFlipsCommand.Create(),
            SpeedCommand.Create(),
            ScenarioCommand.Create(),
            ReportCommand.Create(),
            ShrinkCommand.Create(),
            CheckCommand.Create(input),
        };
        ParseResult parsed = root.Parse(args);

        // The library's own code for wrong use is 1, which here means that the answer is "no".
        bool wrong = parsed.Action is ParseErrorAction;
        int code = parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
        return wrong ? ExitCodes.WrongUse : code;
    }
}
