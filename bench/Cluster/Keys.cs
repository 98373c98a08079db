using System.Text;

namespace DEngine.Bench;

/// <summary>The keys of the load, 16 bytes each, and the value that all of them get.</summary>
internal static class Keys
{
    public static IReadOnlyList<string> Texts { get; } = [.. Enumerable.Range(0, Sizes.Keys).Select(number => $"bench-key-{number:D6}")];

    public static IReadOnlyList<byte[]> Bytes { get; } = [.. Texts.Select(Encoding.UTF8.GetBytes)];

    public static string ValueText { get; } = new('v', Sizes.Payload);

    public static byte[] Value { get; } = Encoding.UTF8.GetBytes(ValueText);
}
