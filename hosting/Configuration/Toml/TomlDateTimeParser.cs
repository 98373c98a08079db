namespace DEngine.Configuration.Toml;

/// <summary>RFC 3339 as TOML 1.0 has it: seconds are required, the T may be small or one space, the Z may be small.</summary>
internal static class TomlDateTimeParser
{
    private const int NanosecondDigits = 9;

    /// <summary>Four digits and a hyphen, or two digits and a colon, begin no number.</summary>
    public static bool LooksLikeOne(string token) =>
        (token.Length > 4 && token[4] == '-' && AreDigits(token.AsSpan(0, 4)))
        || (token.Length > 2 && token[2] == ':' && AreDigits(token.AsSpan(0, 2)));

    /// <summary>Null when it is not a date or time that exists.</summary>
    public static TomlDateTime? Parse(string token, TomlPosition position)
    {
        ReadOnlySpan<char> rest = token;
        if (token[2] == ':')
        {
            return TryTakeTime(ref rest, out TomlTimeOfDay alone) && rest.IsEmpty
                ? new TomlDateTime(position, TomlDateTimeKind.LocalTime, default, alone, 0)
                : null;
        }

        if (!TryTakeDate(ref rest, out DateOnly date))
            return null;
        if (rest.IsEmpty)
            return new TomlDateTime(position, TomlDateTimeKind.LocalDate, date, default, 0);
        if (rest[0] is not ('T' or 't' or ' '))
            return null;

        rest = rest[1..];
        if (!TryTakeTime(ref rest, out TomlTimeOfDay time))
            return null;
        if (rest.IsEmpty)
            return new TomlDateTime(position, TomlDateTimeKind.LocalDateTime, date, time, 0);

        return TryTakeOffset(ref rest, out int offsetMinutes) && rest.IsEmpty
            ? new TomlDateTime(position, TomlDateTimeKind.OffsetDateTime, date, time, offsetMinutes)
            : null;
    }

    private static bool TryTakeDate(ref ReadOnlySpan<char> rest, out DateOnly date)
    {
        date = default;
        if (!TryTakeNumber(ref rest, 4, 1, 9999, out int year)
            || !TryTake(ref rest, '-')
            || !TryTakeNumber(ref rest, 2, 1, 12, out int month)
            || !TryTake(ref rest, '-')
            || !TryTakeNumber(ref rest, 2, 1, DateTime.DaysInMonth(year, month), out int day))
        {
            return false;
        }
        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool TryTakeTime(ref ReadOnlySpan<char> rest, out TomlTimeOfDay time)
    {
        time = default;
        if (!TryTakeNumber(ref rest, 2, 0, 23, out int hour)
            || !TryTake(ref rest, ':')
            || !TryTakeNumber(ref rest, 2, 0, 59, out int minute)
            || !TryTake(ref rest, ':')
            || !TryTakeNumber(ref rest, 2, 0, 60, out int second))
        {
            return false;
        }

        int nanosecond = 0;
        if (TryTake(ref rest, '.'))
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            digits = digits < 0 ? rest.Length : digits;
            if (digits == 0)
                return false;
            for (int i = 0; i < NanosecondDigits; i++)
                nanosecond = (nanosecond * 10) + (i < digits ? rest[i] - '0' : 0);
            rest = rest[digits..];
        }
        time = new TomlTimeOfDay(hour, minute, second, nanosecond);
        return true;
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<char> rest, out int minutes)
    {
        minutes = 0;
        if (TryTake(ref rest, 'Z') || TryTake(ref rest, 'z'))
            return true;

        int sign = rest.Length > 0 && rest[0] == '-' ? -1 : 1;
        if (!(TryTake(ref rest, '+') || TryTake(ref rest, '-'))
            || !TryTakeNumber(ref rest, 2, 0, 23, out int hour)
            || !TryTake(ref rest, ':')
            || !TryTakeNumber(ref rest, 2, 0, 59, out int minute))
        {
            return false;
        }
        minutes = sign * ((hour * 60) + minute);
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
            return false;
        rest = rest[1..];
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> rest, int digits, int min, int max, out int number)
    {
        number = 0;
        if (rest.Length < digits || !AreDigits(rest[..digits]))
            return false;
        foreach (char c in rest[..digits])
            number = (number * 10) + (c - '0');
        rest = rest[digits..];
        return number >= min && number <= max;
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
