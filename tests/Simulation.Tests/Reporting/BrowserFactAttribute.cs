namespace DEngine.Simulation.Tests.Reporting;

/// <summary>A test that needs a browser. On a machine without one it is reported as skipped, with the reason; CI installs one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public override string? Skip => Browser.Path is null ? "no Chromium on this machine: neither on the path nor named by CHROME" : null;
}
