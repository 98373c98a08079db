namespace DEngine.Simulation.Scenarios;

/// <summary>The node's monotonic clock jumps ahead.</summary>
internal sealed record ClockJumpStep(int Node, TimeSpan By) : NodeStep(Node);

/// <summary>The node's clock runs at another rate for a while; 0: it stands.</summary>
internal sealed record ClockRateStep(int Node, double Rate, TimeSpan Duration) : NodeStep(Node);
