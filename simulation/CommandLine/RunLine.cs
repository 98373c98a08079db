using System.Text.Json.Serialization;

namespace DEngine.Simulation.CommandLine;

/// <summary>What <c>--json</c> prints of a run.</summary>
internal sealed record RunLine(
    ulong Seed, string Verdict, string Reason, string Trace, double SimulatedSeconds, long Events, long Operations, long Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunLine))]
internal sealed partial class RunLineContext : JsonSerializerContext;
