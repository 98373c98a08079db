using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace DEngine.Simulation.Checking;

/// <summary>The kinds of scalar that a history's value can be.</summary>
public enum HistoryValueKind : byte
{
    /// <summary>Absent: what a read of a missing key gives.</summary>
    Null,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A decimal number of any size.</summary>
    Number,

    /// <summary>A string.</summary>
    Text,
}

/// <summary>
/// A JSON scalar in canonical form: two values are equal exactly when a client could not tell them apart. 1, 1.0 and 10e-1 are one
/// number; the number 1 and the string "1" are two values.
/// </summary>
public readonly record struct HistoryValue
{
    // Bounds the exponent so that canonical arithmetic on it cannot overflow and plain notation stays short.
    private const int ExponentDigitsMax = 9;
    private const int PlainDigitsMax = 24;

    private readonly string? _text;

    private HistoryValue(HistoryValueKind kind, string? text)
    {
        Kind = kind;
        _text = text;
    }

    /// <summary>The absent value; also <c>default</c>.</summary>
    public static HistoryValue Null => default;

    /// <summary>Which scalar this is.</summary>
    public HistoryValueKind Kind { get; }

    /// <summary>The canonical text without quotes: the string itself, the number's digits, true, false, or nothing for null.</summary>
    public string Text => _text ?? string.Empty;

    /// <summary>A string, or the absent value for null.</summary>
    public static HistoryValue From(string? text) => text is null ? Null : new HistoryValue(HistoryValueKind.Text, text);

    /// <summary>A number.</summary>
    public static HistoryValue From(long number) =>
        new(HistoryValueKind.Number, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A boolean.</summary>
    public static HistoryValue From(bool value) => new(HistoryValueKind.Boolean, value ? "true" : "false");

    /// <summary>As JSON; strings are quoted and escaped.</summary>
    public override string ToString() => Kind switch
    {
        HistoryValueKind.Null => "null",
        HistoryValueKind.Boolean or HistoryValueKind.Number => Text,
        HistoryValueKind.Text => "\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Text) + "\"",
        _ => throw new InvalidOperationException($"no such kind of value: {Kind}"),
    };

    /// <summary>Reads a number that is already known to follow JSON's grammar.</summary>
    /// <returns>False when its exponent is beyond what is compared exactly.</returns>
    internal static bool TryFromJsonNumber(ReadOnlySpan<byte> utf8, out HistoryValue value)
    {
        value = default;
        string text = Encoding.ASCII.GetString(utf8);
        bool negative = text[0] == '-';
        string mantissa = negative ? text[1..] : text;
        long exponent = 0;
        int mark = mantissa.AsSpan().IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            ReadOnlySpan<char> digits = mantissa.AsSpan(mark + 1);
            if (digits.TrimStart("+-0").Length > ExponentDigitsMax)
                return false;
            exponent = long.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..mark];
        }

        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }

        string significant = mantissa.TrimStart('0');
        string trimmed = significant.TrimEnd('0');
        exponent += significant.Length - trimmed.Length;
        value = new HistoryValue(HistoryValueKind.Number, Canonical(negative, trimmed, exponent));
        return true;
    }

    // `digits` has neither leading nor trailing zeros, so (sign, digits, exponent) is unique for a number, and so is its text.
    private static string Canonical(bool negative, string digits, long exponent)
    {
        if (digits.Length == 0)
            return "0";
        string sign = negative ? "-" : string.Empty;
        if (exponent >= 0 && digits.Length + exponent <= PlainDigitsMax)
            return sign + digits + new string('0', (int)exponent);
        if (exponent < 0 && -exponent < digits.Length)
            return sign + digits[..^(int)-exponent] + "." + digits[^(int)-exponent..];
        if (exponent < 0 && -exponent <= PlainDigitsMax)
            return sign + "0." + new string('0', (int)-exponent - digits.Length) + digits;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}e{exponent}");
    }
}
