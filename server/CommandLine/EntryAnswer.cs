namespace DEngine.Server.CommandLine;

/// <summary>What the commands read of the HTTP API's answers about keys.</summary>
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
