using System.Text.Json.Serialization;

namespace DEngine.Server.CommandLine;

/// <summary>What the commands read of the HTTP API's answers.</summary>
internal sealed record PutAnswer(long Revision);

internal sealed record ConditionalAnswer(bool Succeeded, long Revision);

internal sealed record EntryAnswer(string Key, string Value, long Revision, string? Encoding, string? KeyEncoding)
{
    public byte[] KeyBytes => Bytes(Key, KeyEncoding);

    public byte[] ValueBytes => Bytes(Value, Encoding);

    private static byte[] Bytes(string text, string? encoding) =>
        encoding == "base64" ? Convert.FromBase64String(text) : System.Text.Encoding.UTF8.GetBytes(text);
}

internal sealed record ScanAnswer(IReadOnlyList<EntryAnswer> Entries, long Revision, bool More);

internal sealed record LeaderAnswer(uint Id, string? Address);

internal sealed record MemberAnswer(uint Id, string Address, string Role, string Status, long? MatchIndex, long? Lag);

internal sealed record ClusterAnswer(
    uint NodeId, string Role, ulong Term, LeaderAnswer? Leader, long CommitIndex, long AppliedIndex, long LastIndex, long DurableIndex,
    IReadOnlyList<MemberAnswer> Members);

internal sealed record TransferAnswer(LeaderAnswer? Leader);

internal sealed record ErrorAnswer(string Error, string Message, LeaderAnswer? Leader);

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
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(WriteRequest))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(SwapRequest))]
[JsonSerializable(typeof(TransferRequest))]
internal sealed partial class ApiJson : JsonSerializerContext;
