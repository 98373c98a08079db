using DEngine.Server.CommandLine;

return await DEngineCommandLine.RunAsync(args, Terminal.Standard);
