using System.Text.Json.Serialization;

namespace DEngine.Server.CommandLine;

/// <summary>What the commands send.</summary>
internal sealed record WriteRequest(string Key, string Value);

internal sealed record KeyRequest(string Key);

internal sealed record SwapRequest(string Key, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Expected, string Value);

internal sealed record TransferRequest(uint? NodeId);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PutAnswer))]
[JsonSerializable(typeof(ConditionalAnswer))]
[JsonSerializable(typeof(EntryAnswer))]
[JsonSerializable(typeof(ScanAnswer))]
[JsonSerializable(typeof(ClusterAnswer))]
[JsonSerializable(typeof(TransferAnswer))]
[JsonSerializable(typeof(AcceptLossAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(WriteRequest))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(SwapRequest))]
[JsonSerializable(typeof(TransferRequest))]
internal sealed partial class ApiJson : JsonSerializerContext;
