using System.CommandLine;

namespace DEngine.Server.CommandLine;

internal sealed class DemoCommand(Terminal terminal)
{
    public Command Build()
    {
        Command command = new("demo", "Three nodes in one process: elect, write, kill the leader, fail over, read back");
        command.SetAction(_ => terminal.Fail(ExitCode.WrongUse, "not yet"));
        return command;
    }
}
