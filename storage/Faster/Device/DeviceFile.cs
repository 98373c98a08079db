using System.Globalization;

namespace DEngine.Storage.Faster;

/// <summary>How the files of a <see cref="DiskDevice"/>'s segments are called.</summary>
internal static class DeviceFile
{
    public static string Of(string prefix, int segment) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{segment:x8}.seg");

    /// <summary>Segments of a prefix that are there, ascending.</summary>
    public static List<int> List(IDisk disk, string prefix)
    {
        var found = new List<int>();
        foreach (string name in disk.List())
        {
            if (TryParse(name, prefix, out int segment)) found.Add(segment);
        }
        found.Sort();
        return found;
    }

    private static bool TryParse(string name, string prefix, out int segment)
    {
        segment = 0;
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && name.Length == prefix.Length + 12
            && int.TryParse(name.AsSpan(prefix.Length, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out segment)
            && Of(prefix, segment) == name;
    }
}
