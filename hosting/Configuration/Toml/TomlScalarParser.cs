using System.Globalization;
using System.Text;

namespace DEngine.Configuration.Toml;

/// <summary>Values without a delimiter of their own: booleans, integers and floats here, dates and times in <see cref="TomlDateTimeParser"/>.</summary>
internal static class TomlScalarParser
{
    private const string AnyValue = "a string in quotes, a number, true, false, a date, an array or a table";
    private const string AnyDateOrTime =
        "a date such as 2025-12-31, a time such as 23:59:59.5, or both with T between, then Z or +01:00 or nothing";

    /// <summary>The value, or null and what would have been allowed.</summary>
    public static (TomlValue? Value, string Allowed) Parse(string token, TomlPosition position)
    {
        switch (token)
        {
            case "true" or "false":
                return (new TomlBoolean(position, token == "true"), "");
            case "inf" or "+inf":
                return (new TomlFloat(position, double.PositiveInfinity), "");
            case "-inf":
                return (new TomlFloat(position, double.NegativeInfinity), "");
            case "nan" or "+nan" or "-nan":
                return (new TomlFloat(position, double.NaN), "");
        }

        if (!char.IsAsciiDigit(token[0]) && token[0] is not ('+' or '-'))
            return (null, AllowedInsteadOfWord(token));
        if (token.Length > 2 && token[0] == '0' && token[1] is 'x' or 'o' or 'b')
            return ParsePrefixed(token, position);
        if (TomlDateTimeParser.LooksLikeOne(token))
            return (TomlDateTimeParser.Parse(token, position), AnyDateOrTime);
        return token.AsSpan().ContainsAny('.', 'e', 'E') ? ParseFloat(token, position) : ParseDecimal(token, position);
    }

    private static string AllowedInsteadOfWord(string token)
    {
        if (token.Equals("true", StringComparison.OrdinalIgnoreCase) || token.Equals("false", StringComparison.OrdinalIgnoreCase))
            return "true or false, in small letters";
        return char.IsLetter(token[0]) ? $"{AnyValue}: text needs quotes" : AnyValue;
    }

    private static (TomlValue?, string) ParsePrefixed(string token, TomlPosition position)
    {
        const string allowed = "a hexadecimal (0x1F), octal (0o17) or binary (0b11) integer of at most 9223372036854775807";
        int bitsPerDigit = token[1] switch { 'x' => 4, 'o' => 3, _ => 1 };
        if (WithoutUnderscores(token.AsSpan(2)) is not { } digits)
            return (null, allowed);

        ulong value = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : int.MaxValue;
            if (digit >= 1 << bitsPerDigit || value >> (63 - bitsPerDigit) != 0)
                return (null, allowed);
            value = (value << bitsPerDigit) | (uint)digit;
        }
        return (new TomlInteger(position, (long)value), "");
    }

    private static (TomlValue?, string) ParseDecimal(string token, TomlPosition position)
    {
        ReadOnlySpan<char> unsigned = WithoutSign(token);
        if (WithoutUnderscores(unsigned) is not { } digits || !digits.All(char.IsAsciiDigit))
            return (null, IsAddressLike(token) ? $"{AnyValue}: text needs quotes" : "an integer: digits, with single underscores between them");
        if (digits.Length > 1 && digits[0] == '0')
            return (null, "a number without leading zeros");

        string signed = token[0] == '-' ? "-" + digits : digits;
        return long.TryParse(signed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? (new TomlInteger(position, value), "")
            : (null, "an integer from -9223372036854775808 to 9223372036854775807");
    }

    private static (TomlValue?, string) ParseFloat(string token, TomlPosition position)
    {
        ReadOnlySpan<char> rest = WithoutSign(token);
        int exponentAt = rest.IndexOfAny('e', 'E');
        ReadOnlySpan<char> mantissa = exponentAt < 0 ? rest : rest[..exponentAt];
        ReadOnlySpan<char> exponent = exponentAt < 0 ? "0" : WithoutSign(rest[(exponentAt + 1)..]);
        int pointAt = mantissa.IndexOf('.');
        ReadOnlySpan<char> whole = pointAt < 0 ? mantissa : mantissa[..pointAt];
        ReadOnlySpan<char> fraction = pointAt < 0 ? "0" : mantissa[(pointAt + 1)..];

        bool hasLeadingZero = whole.Length > 1 && whole[0] == '0';
        if (hasLeadingZero || !AreDigits(whole) || !AreDigits(fraction) || !AreDigits(exponent))
        {
            return (null, IsAddressLike(token)
                ? $"{AnyValue}: text needs quotes"
                : "a float such as 1.5 or 1e-6: digits on both sides of the point, no leading zeros");
        }

        string plain = token.Replace("_", "", StringComparison.Ordinal);
        return (new TomlFloat(position, double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture)), "");
    }

    private static bool AreDigits(ReadOnlySpan<char> text) =>
        WithoutUnderscores(text) is { } digits && digits.All(char.IsAsciiDigit);

    /// <summary>An address or a path without its quotes is the commonest slip, and no number has a colon, a slash or two points.</summary>
    private static bool IsAddressLike(string token) => token.AsSpan().ContainsAny(':', '/') || token.AsSpan().Count('.') > 1;

    private static ReadOnlySpan<char> WithoutSign(ReadOnlySpan<char> token) =>
        token.Length > 0 && token[0] is '+' or '-' ? token[1..] : token;

    /// <summary>Null when it is empty, or when an underscore is not between two digits.</summary>
    private static string? WithoutUnderscores(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '_' || text[^1] == '_' || text.Contains("__", StringComparison.Ordinal))
            return null;

        StringBuilder digits = new(text.Length);
        foreach (char c in text)
        {
            if (c != '_')
                _ = digits.Append(c);
        }
        return digits.ToString();
    }
}
