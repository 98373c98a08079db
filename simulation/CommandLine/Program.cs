using System.Text;
using DEngine.Simulation.CommandLine;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return SimulatorCommand.Run(args, Console.OpenStandardInput(), Console.Out, Console.Error);
