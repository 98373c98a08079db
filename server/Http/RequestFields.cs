namespace DEngine.Server.Http;

/// <summary>The fields a body may have. Each request allows some of them.</summary>
[Flags]
internal enum RequestFields
{
    None = 0,
    Key = 1,
    Value = 2,
    Expected = 4,
    Encoding = 8,
    TtlSecs = 16,
    NodeId = 32,
    Address = 64,
}

/// <summary>What a body said. Only the fields that were <see cref="Given"/> mean anything.</summary>
internal sealed class RequestBody
{
    public RequestFields Given { get; set; }

    public ReadOnlyMemory<byte> Key { get; set; }

    public ReadOnlyMemory<byte> Value { get; set; }

    /// <summary>Null: the key must not exist.</summary>
    public ReadOnlyMemory<byte>? Expected { get; set; }

    public uint NodeId { get; set; }

    /// <summary>Whether values travel as base64.</summary>
    public bool IsBase64 { get; set; }

    public bool Has(RequestFields field) => (Given & field) == field;
}

/// <summary>What may be written, in bytes.</summary>
internal sealed record RequestLimits(int KeyBytesMax, int ValueBytesMax)
{
    private const long Framing = 4_096;

    /// <summary>A body with one value, every other byte of which needs escaping; base64 is shorter.</summary>
    public long BodyBytesMax => (2L * ValueBytesMax) + (2L * KeyBytesMax) + Framing;

    /// <summary>The same with two values.</summary>
    public long SwapBodyBytesMax => BodyBytesMax + (2L * ValueBytesMax);
}
