using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

internal sealed class IntegerType<T>(long min, long max, string unit) : ScalarType<T>
    where T : struct, IBinaryInteger<T>
{
    public override string Kind => "integer";

    public override string Unit => unit;

    public override string Range => string.Create(CultureInfo.InvariantCulture, $"{min} to {max}");

    public override string Show(T value) => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Beyond the options' own type is beyond the range as well, which is why that answer may be cut.</summary>
    protected override bool TryConvert(TomlValue value, out T result)
    {
        long given = value is TomlInteger integer ? integer.Value : 0;
        result = given >= min && given <= max ? T.CreateChecked(given) : T.Zero;
        return value is TomlInteger && given >= min && given <= max;
    }

    protected override bool IsAllowed(T value) => long.CreateChecked(value) is var given && given >= min && given <= max;

    protected override string AllowedInsteadOf(TomlValue value) => value is TomlInteger ? Allowed : $"an integer, {Allowed}";
}

internal sealed class BooleanType : ScalarType<bool>
{
    public override string Kind => "boolean";

    public override string Range => "true or false";

    public override string Show(bool value) => value ? "true" : "false";

    protected override bool TryConvert(TomlValue value, out bool result)
    {
        result = value is TomlBoolean { Value: true };
        return value is TomlBoolean;
    }

    protected override bool IsAllowed(bool value) => true;
}

/// <summary>One of a few names; letters' case, '_' and '-' are ignored. Some may be given as numbers too.</summary>
internal sealed class NameType<T>(params (string Name, int? Number, T Value)[] names) : ScalarType<T>
    where T : struct, Enum
{
    public override string Kind => "name";

    public override string Range => string.Join(", ", names.Select(n => n.Number is { } number ? $"{number} or \"{n.Name}\"" : $"\"{n.Name}\""));

    public override bool IsText => true;

    public override string Show(T value) =>
        names.FirstOrDefault(n => n.Value.Equals(value)).Name is { } name ? $"\"{name}\"" : value.ToString();

    protected override bool TryConvert(TomlValue value, out T result)
    {
        foreach ((string name, int? number, T meant) in names)
        {
            bool matches = value switch
            {
                TomlString text => Plain(text.Value) == Plain(name),
                TomlInteger integer => integer.Value == number,
                _ => false,
            };
            if (matches)
            {
                result = meant;
                return true;
            }
        }
        result = default;
        return false;
    }

    protected override bool IsAllowed(T value) => names.Any(n => n.Value.Equals(value));

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
}

/// <summary>Text that is null when it is not given, unless it must be.</summary>
internal abstract class TextType(bool isRequired) : ScalarType<string?>
{
    public sealed override bool IsText => true;

    public sealed override string Show(string? value) => value is null ? "none" : TomlText.Quote(value);

    protected sealed override bool TryConvert(TomlValue value, [MaybeNullWhen(false)] out string? result)
    {
        result = (value as TomlString)?.Value;
        return result is not null;
    }

    protected sealed override bool IsAllowed(string? value) => value is null ? !isRequired : IsFine(value);

    protected sealed override string AllowedInsteadOf(TomlValue value) => $"a string, {Allowed}";

    protected abstract bool IsFine(string value);
}

internal sealed class AddressType(bool isRequired) : TextType(isRequired)
{
    public override string Kind => "address";

    public override string Range => "HOST:PORT or [IPv6]:PORT, port 1 to 65535";

    protected override bool IsFine(string value) => NodeAddress.TryParse(value, out _);
}

internal sealed class PathType(bool isRequired) : TextType(isRequired)
{
    public const int CharactersMax = 4096;

    public override string Kind => "path";

    public override string Range => "a path";

    protected override bool IsFine(string value) =>
        value.Length is > 0 and <= CharactersMax && !string.IsNullOrWhiteSpace(value) && !value.Contains('\0', StringComparison.Ordinal);
}

/// <summary>A name that may become part of file names, metrics and messages as it is.</summary>
internal sealed class IdentifierType() : TextType(isRequired: false)
{
    public const int CharactersMax = 64;

    public override string Kind => "string";

    public override string Range => "1 to 64 letters, digits, '_', '-' and '.'";

    protected override bool IsFine(string value) =>
        value.Length is > 0 and <= CharactersMax && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
