namespace DEngine.Server.Tests.Processes;

/// <summary>A test that looks at system calls: skipped, with a line that says so, where strace is missing or may not look.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StraceFactAttribute : FactAttribute
{
    public override string? Skip => Strace.Missing;
}
