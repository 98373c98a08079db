using System.Globalization;
using System.Text;

namespace DEngine.Configuration.Toml;

/// <summary>How values and characters are shown in messages.</summary>
internal static class TomlText
{
    private const int ShownCharactersMax = 80;

    /// <summary>The text as a basic string, control characters escaped and long text cut, so that a message stays one line.</summary>
    public static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in Shorten(text))
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>A token as it stands in the text: cut when long, control characters made visible.</summary>
    public static string Bare(string text)
    {
        string shown = Shorten(text);
        return shown.Any(char.IsControl) ? Quote(shown) : shown;
    }

    public static string Describe(Rune character) =>
        Rune.IsControl(character) ? $"the control character U+{character.Value:X4}" : $"'{character}'";

    private static string Shorten(string text)
    {
        if (text.Length <= ShownCharactersMax)
            return text;

        int kept = char.IsHighSurrogate(text[ShownCharactersMax - 1]) ? ShownCharactersMax - 1 : ShownCharactersMax;
        return string.Concat(text.AsSpan(0, kept), "…");
    }
}
