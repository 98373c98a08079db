using System.Globalization;
using System.Text;
using DEngine.Configuration.Toml;

namespace DEngine.Hosting.Tests.Toml;

/// <summary>Whole documents compared as one line of text: every value with its kind, keys in order.</summary>
internal static class TomlAssert
{
    public static void Reads(string toml, string expected)
    {
        TomlDocument document = TomlReader.Read(Encoding.UTF8.GetBytes(toml));
        Assert.Empty(document.Errors);
        Assert.Equal(expected, Show(document.Root));
    }

    public static TomlError Refuses(string toml)
    {
        TomlDocument document = TomlReader.Read(Encoding.UTF8.GetBytes(toml));
        Assert.NotEmpty(document.Errors);
        return document.Errors[0];
    }

    /// <summary>The lines that errors are on, in order.</summary>
    public static void RefusesLines(string toml, params int[] lines) =>
        Assert.Equal(lines, TomlReader.Read(toml).Errors.Select(e => e.Position.Line));

    public static string Show(TomlValue value) => value switch
    {
        TomlTable table => "{" + string.Join(", ", table.Entries.Select(e => $"{e.Key}={Show(e.Value)}")) + "}",
        TomlArray array => "[" + string.Join(", ", array.Items.Select(Show)) + "]",
        TomlString text => $"'{text.Value}'",
        TomlInteger integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        TomlFloat number => $"float {number}",
        TomlDateTime time => $"{time.Kind} {time}",
        _ => value.ToString()!,
    };
}
