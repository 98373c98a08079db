using System.Text;
using DEngine.Configuration.Toml;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Hosting.Tests.Toml;

public sealed class AnyText
{
    private static readonly string[] Pieces =
    [
        "a", "b.c", "=", " = ", "1", "01", "1.5", "\"x\"", "\"", "'", "'''", "\"\"\"", "[", "]", "[[", "]]", "{", "}", ",", ".", "#", "\n", "\r\n", "\r",
        "\\", "\\u00e9", "1979-05-27", " ", "07:32:00", "true", "[t]\n", "[[l]]\n", "k = 1\n", "\t", "é", "😀", "\0",
    ];

    /// <summary>Whatever stands in a file, the reader ends, does not throw, and never finds an error outside of the text.</summary>
    [Fact]
    public void Is_read_to_its_end()
    {
        Gen<string> texts = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            TomlDocument document = TomlReader.Read(Encoding.UTF8.GetBytes(text));
            int lines = text.Count(c => c == '\n') + 1;
            return document.Errors.All(e => e.Position.Line >= 1 && e.Position.Line <= lines && e.Position.Column >= 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    /// <summary>What is shown of a value is TOML again, and the same value: messages can be pasted into a file.</summary>
    [Fact]
    public void Of_a_value_reads_as_that_value_again()
    {
        Prop.ForAll<NonNull<string>, long, double>((text, integer, number) =>
        {
            TomlString written = new(default, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));
            bool isShort = written.Value.Length < 80;
            return (!isShort || ((TomlString)TomlReader.ReadValue(written.ToString())!).Value == written.Value)
                && ((TomlInteger)TomlReader.ReadValue(new TomlInteger(default, integer).ToString())!).Value == integer
                && ((TomlFloat)TomlReader.ReadValue(new TomlFloat(default, number).ToString())!).Value.Equals(number);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }
}
