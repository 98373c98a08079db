namespace DEngine.Simulation.Runs;

/// <summary>What a random stream is for. Each concern draws from its own, so that one more draw for one does not change another.</summary>
internal static class Concern
{
    public const ulong Plan = 1;
    public const ulong Network = 2;
    public const ulong Disk = 3;
    public const ulong Faults = 4;
    public const ulong Clocks = 5;
    public const ulong Requests = 6;

    /// <summary>Plus the node's position.</summary>
    public const ulong Node = 1000;

    /// <summary>Plus the client's position.</summary>
    public const ulong Client = 2000;
}
