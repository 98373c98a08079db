using DEngine.Simulation.World;

namespace DEngine.Simulation.Scenarios;

/// <summary>What conditions look at.</summary>
/// <param name="World">As it is now.</param>
/// <param name="Tally">What has been counted on the way here.</param>
internal sealed record Scene(SimulatedWorld World, Tally Tally);
