using System.Globalization;
using System.Text;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>Rounder numbers for those that chance has drawn.</summary>
internal static class Rounding
{
    private const int DigitsMax = 2;

    /// <summary>To one digit that counts, then to two; what lasts for ever stays.</summary>
    public static IEnumerable<TimeSpan> Of(TimeSpan time)
    {
        if (time >= Lasting.Forever || time <= TimeSpan.Zero) yield break;
        for (int digits = 1; digits <= DigitsMax; digits++) yield return new TimeSpan((long)ToDigits(time.Ticks, digits));
    }

    /// <summary>The smallest ones, half of it, one less, and fewer digits.</summary>
    public static IEnumerable<long> Smaller(long number, long smallest)
    {
        for (long small = smallest; small < Math.Min(number, smallest + 3); small++) yield return small;
        for (int digits = 1; digits <= DigitsMax; digits++)
        {
            double round = ToDigits(number, digits);
            if (round < long.MaxValue && (long)round >= smallest) yield return (long)round;
        }

        if (number / 2 > smallest) yield return number / 2;
        if (number - 1 > smallest) yield return number - 1;
    }

    /// <summary>A number with so many digits that count.</summary>
    public static double ToDigits(double number, int digits)
    {
        if (number == 0) return 0;
        double unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(number))) - digits + 1);
        double round = unit >= 1 ? Math.Round(number / unit) * unit : Math.Round(number / unit) / Math.Round(1 / unit);
        return round;
    }

    /// <summary>A text with all its numbers rounded to so many digits.</summary>
    public static string InText(string text, int digits)
    {
        var rounded = new StringBuilder();
        for (int at = 0; at < text.Length;)
        {
            int end = at;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || IsPoint(text, end))) end++;
            if (end == at) rounded.Append(text[at++]);
            else rounded.Append(Round(text.AsSpan(at, end - at), digits));
            at = Math.Max(at, end);
        }

        return rounded.ToString();
    }

    /// <summary>A point between two digits; those between the ends of a range stand beside each other.</summary>
    private static bool IsPoint(string text, int at) =>
        text[at] == '.' && at > 0 && at + 1 < text.Length && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]);

    private static string Round(ReadOnlySpan<char> number, int digits)
    {
        double value = double.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return ((decimal)ToDigits(value, digits)).ToString("0.##########", CultureInfo.InvariantCulture);
    }
}
