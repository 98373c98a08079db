using System.Globalization;

namespace DEngine.Configuration.Toml;

/// <summary>A value with the place where it begins. <c>ToString</c> gives it as TOML, for messages.</summary>
internal abstract class TomlValue(TomlPosition position)
{
    public TomlPosition Position { get; } = position;

    /// <summary>The kind in words, for messages: "a string".</summary>
    public abstract string KindName { get; }
}

internal sealed class TomlString(TomlPosition position, string value) : TomlValue(position)
{
    public string Value { get; } = value;

    public override string KindName => "a string";

    public override string ToString() => TomlText.Quote(Value);
}

internal sealed class TomlInteger(TomlPosition position, long value) : TomlValue(position)
{
    public long Value { get; } = value;

    public override string KindName => "an integer";

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

internal sealed class TomlFloat(TomlPosition position, double value) : TomlValue(position)
{
    public double Value { get; } = value;

    public override string KindName => "a float";

    public override string ToString()
    {
        if (double.IsNaN(Value))
            return "nan";
        if (double.IsInfinity(Value))
            return Value > 0 ? "inf" : "-inf";

        string digits = Value.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().ContainsAny('.', 'E') ? digits : digits + ".0";
    }
}

internal sealed class TomlBoolean(TomlPosition position, bool value) : TomlValue(position)
{
    public bool Value { get; } = value;

    public override string KindName => "a boolean";

    public override string ToString() => Value ? "true" : "false";
}

/// <summary>
/// Stands where a value was meant but could not be read. Its error is already in <see cref="TomlDocument.Errors"/>, so whoever meets it
/// says nothing more.
/// </summary>
internal sealed class TomlInvalid(TomlPosition position) : TomlValue(position)
{
    public override string KindName => "an unreadable value";

    public override string ToString() => "?";
}
