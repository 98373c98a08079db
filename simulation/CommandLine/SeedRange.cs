using System.Globalization;

namespace DEngine.Simulation.CommandLine;

/// <summary>Seeds from A to B, both included; written A-B or just A.</summary>
internal readonly record struct SeedRange(ulong First, ulong Last)
{
    public ulong Count => Last - First + 1;

    public static bool TryParse(string text, out SeedRange range)
    {
        range = default;
        string[] parts = text.Split('-');
        if (parts.Length is < 1 or > 2) return false;
        if (!TryNumber(parts[0], out ulong first)) return false;
        ulong last = first;
        if (parts.Length == 2 && !TryNumber(parts[1], out last)) return false;
        range = new SeedRange(first, last);
        return first <= last && range.Count != 0;
    }

    private static bool TryNumber(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
