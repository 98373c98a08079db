namespace DEngine.Bench;

/// <summary>How large things are wherever nothing else is said.</summary>
internal static class Sizes
{
    /// <summary>Bytes of an entry's payload, and of a value.</summary>
    public const int Payload = 100;

    /// <summary>Entries of a large append request.</summary>
    public const int AppendEntries = 16;

    /// <summary>Entries under one sync: the threshold of the example's flush policy.</summary>
    public const int SyncThreshold = 100;

    /// <summary>Keys in a store.</summary>
    public const int Keys = 10_000;
}
