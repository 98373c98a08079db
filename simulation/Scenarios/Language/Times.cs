using System.Globalization;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Times as they are written: a number and s, ms or us. To a tenth of a microsecond, and what is written reads back the same.</summary>
internal static class Times
{
    public static string Write(TimeSpan time)
    {
        if (time.Ticks % TimeSpan.TicksPerSecond == 0 || time.Ticks > TimeSpan.TicksPerSecond) return Number(time.Ticks, TimeSpan.TicksPerSecond) + "s";
        return time.Ticks % 100 == 0 || time.Ticks > 100 * TimeSpan.TicksPerMillisecond
            ? Number(time.Ticks, TimeSpan.TicksPerMillisecond) + "ms"
            : Number(time.Ticks, TimeSpan.TicksPerMicrosecond) + "us";
    }

    public static bool TryRead(string text, out TimeSpan time)
    {
        time = default;
        (string number, long unit) = text switch
        {
            _ when text.EndsWith("us", StringComparison.Ordinal) => (text[..^2], TimeSpan.TicksPerMicrosecond),
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], TimeSpan.TicksPerMillisecond),
            _ when text.EndsWith('s') => (text[..^1], TimeSpan.TicksPerSecond),
            _ => ("", 0L),
        };
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)) return false;
        decimal ticks = value * unit;
        if (ticks != decimal.Truncate(ticks) || ticks > Lasting.Forever.Ticks) return false;
        time = new TimeSpan((long)ticks);
        return true;
    }

    private static string Number(long ticks, long unit) => ((decimal)ticks / unit).ToString("0.#######", CultureInfo.InvariantCulture);
}
