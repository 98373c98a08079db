using System.Globalization;

namespace DEngine.Configuration.Toml;

/// <summary>The four kinds of TOML's dates and times.</summary>
internal enum TomlDateTimeKind
{
    /// <summary>A date, a time and the distance from UTC: one instant.</summary>
    OffsetDateTime,

    /// <summary>A date and a time, of no particular place.</summary>
    LocalDateTime,

    /// <summary>A date alone.</summary>
    LocalDate,

    /// <summary>A time of day alone.</summary>
    LocalTime,
}

/// <summary>
/// A date, a time, or both, in parts: the framework's types cannot hold a leap second (23:59:60), which RFC 3339 allows.
/// </summary>
/// <param name="position">Where it begins.</param>
/// <param name="kind">Which parts mean something.</param>
/// <param name="date">Year, month, day; the first of year 1 for a time alone.</param>
/// <param name="time">Hour, minute, second (up to 60), nanosecond (finer digits are cut, not rounded); midnight for a date alone.</param>
/// <param name="offsetMinutes">East of UTC; 0 for the local kinds.</param>
internal sealed class TomlDateTime(
    TomlPosition position,
    TomlDateTimeKind kind,
    DateOnly date,
    TomlTimeOfDay time,
    int offsetMinutes) : TomlValue(position)
{
    public TomlDateTimeKind Kind { get; } = kind;

    public DateOnly Date { get; } = date;

    public TomlTimeOfDay Time { get; } = time;

    public int OffsetMinutes { get; } = offsetMinutes;

    public override string KindName => Kind switch
    {
        TomlDateTimeKind.OffsetDateTime => "a date and time with offset",
        TomlDateTimeKind.LocalDateTime => "a local date and time",
        TomlDateTimeKind.LocalDate => "a date",
        TomlDateTimeKind.LocalTime => "a time",
        _ => throw new InvalidOperationException($"no such date-time kind: {Kind}"),
    };

    public override string ToString()
    {
        string date = Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Kind switch
        {
            TomlDateTimeKind.OffsetDateTime => $"{date}T{Time}{ShowOffset()}",
            TomlDateTimeKind.LocalDateTime => $"{date}T{Time}",
            TomlDateTimeKind.LocalDate => date,
            TomlDateTimeKind.LocalTime => Time.ToString(),
            _ => throw new InvalidOperationException($"no such date-time kind: {Kind}"),
        };
    }

    private string ShowOffset()
    {
        if (OffsetMinutes == 0)
            return "Z";

        int minutes = Math.Abs(OffsetMinutes);
        return string.Create(CultureInfo.InvariantCulture, $"{(OffsetMinutes < 0 ? '-' : '+')}{minutes / 60:D2}:{minutes % 60:D2}");
    }
}

/// <summary>A time of day; a second of 60 is a leap second.</summary>
internal readonly record struct TomlTimeOfDay(int Hour, int Minute, int Second, int Nanosecond)
{
    public override string ToString()
    {
        string whole = string.Create(CultureInfo.InvariantCulture, $"{Hour:D2}:{Minute:D2}:{Second:D2}");
        return Nanosecond == 0
            ? whole
            : whole + "." + Nanosecond.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
    }
}
