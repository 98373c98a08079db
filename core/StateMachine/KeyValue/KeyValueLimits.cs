namespace DEngine.Core;

/// <summary>What a key or value has to keep to before it may enter the log.</summary>
public enum KeyValueLimit
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>A key has at least one byte.</summary>
    KeyEmpty,

    /// <summary>A key has at most <see cref="KeyValueLimits.MaxKeyBytes"/> bytes.</summary>
    KeyTooLong,

    /// <summary>A value, or the value expected by a compare-and-swap, has at most <see cref="KeyValueLimits.MaxValueBytes"/> bytes.</summary>
    ValueTooLong,
}

/// <summary>
/// Size limits of the key-value store, enforced by whoever takes a request from a client, before it is proposed. A committed command is not measured again.
/// </summary>
public static class KeyValueLimits
{
    public const int MaxKeyBytes = 4096;

    public const int MaxValueBytes = 1024 * 1024;

    /// <summary>The first limit that the key or the value breaks, or <see cref="KeyValueLimit.None"/>.</summary>
    public static KeyValueLimit Validate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value = default)
    {
        if (key.IsEmpty) return KeyValueLimit.KeyEmpty;
        if (key.Length > MaxKeyBytes) return KeyValueLimit.KeyTooLong;
        return value.Length > MaxValueBytes ? KeyValueLimit.ValueTooLong : KeyValueLimit.None;
    }

    /// <summary>The first limit that any part of the command breaks, or <see cref="KeyValueLimit.None"/>.</summary>
    public static KeyValueLimit Validate(in KeyValueCommand command)
    {
        KeyValueLimit limit = Validate(command.Key, command.Value);
        return limit == KeyValueLimit.None && command.Expected.Length > MaxValueBytes ? KeyValueLimit.ValueTooLong : limit;
    }
}
