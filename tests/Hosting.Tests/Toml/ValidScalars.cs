using DEngine.Configuration.Toml;

namespace DEngine.Hosting.Tests.Toml;

public sealed class ValidScalars
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("+0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+99", 99)]
    [InlineData("-17", -17)]
    [InlineData("1_000", 1000)]
    [InlineData("5_349_221", 5349221)]
    [InlineData("1_2_3_4_5", 12345)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("0xDEADBEEF", 0xDEADBEEF)]
    [InlineData("0xdead_beef", 0xDEADBEEF)]
    [InlineData("0x00987", 0x987)]
    [InlineData("0x7fffffffffffffff", long.MaxValue)]
    [InlineData("0o01234567", 342391)]
    [InlineData("0o755", 493)]
    [InlineData("0o777777777777777777777", long.MaxValue)]
    [InlineData("0b1101_0110", 214)]
    [InlineData("0b0", 0)]
    [InlineData("0x0", 0)]
    [InlineData("0o0", 0)]
    public void Integers(string text, long expected) =>
        Assert.Equal(expected, Assert.IsType<TomlInteger>(TomlReader.ReadValue(text)).Value);

    [Theory]
    [InlineData("+1.0", 1.0)]
    [InlineData("3.1415", 3.1415)]
    [InlineData("-0.01", -0.01)]
    [InlineData("0.0", 0.0)]
    [InlineData("-0.0", -0.0)]
    [InlineData("5e+22", 5e22)]
    [InlineData("1e06", 1e6)]
    [InlineData("-2E-2", -0.02)]
    [InlineData("1e0", 1.0)]
    [InlineData("0e0", 0.0)]
    [InlineData("6.626e-34", 6.626e-34)]
    [InlineData("224_617.445_991_228", 224617.445991228)]
    [InlineData("3_0.1_4e1_0", 30.14e10)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    [InlineData("+nan", double.NaN)]
    [InlineData("-nan", double.NaN)]
    public void Floats(string text, double expected) =>
        Assert.Equal(expected, Assert.IsType<TomlFloat>(TomlReader.ReadValue(text)).Value);

    [Fact]
    public void Booleans() => TomlAssert.Reads("t = true\nf=false", "{t=true, f=false}");

    [Theory]
    [InlineData("1987-07-05T17:45:00Z", "OffsetDateTime 1987-07-05T17:45:00Z")]
    [InlineData("1987-07-05t17:45:00z", "OffsetDateTime 1987-07-05T17:45:00Z")]
    [InlineData("1987-07-05 17:45:00Z", "OffsetDateTime 1987-07-05T17:45:00Z")]
    [InlineData("1979-05-27T00:32:00.999999-07:00", "OffsetDateTime 1979-05-27T00:32:00.999999-07:00")]
    [InlineData("1987-07-05T17:45:56.600+08:30", "OffsetDateTime 1987-07-05T17:45:56.6+08:30")]
    [InlineData("1990-12-31T23:59:60Z", "OffsetDateTime 1990-12-31T23:59:60Z")]
    [InlineData("0001-01-01 00:00:00Z", "OffsetDateTime 0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31 23:59:59Z", "OffsetDateTime 9999-12-31T23:59:59Z")]
    [InlineData("1979-05-27T07:32:00", "LocalDateTime 1979-05-27T07:32:00")]
    [InlineData("1979-05-27 00:32:00.5", "LocalDateTime 1979-05-27T00:32:00.5")]
    [InlineData("1979-05-27", "LocalDate 1979-05-27")]
    [InlineData("2000-02-29", "LocalDate 2000-02-29")]
    [InlineData("07:32:00", "LocalTime 07:32:00")]
    [InlineData("00:32:00.1234567891", "LocalTime 00:32:00.123456789")]
    public void Dates_and_times(string text, string expected) => TomlAssert.Reads($"a = {text} # end", $"{{a={expected}}}");

    [Fact]
    public void A_date_before_a_comment_or_a_comma_is_a_date_alone() =>
        TomlAssert.Reads("a = 1979-05-27 # 07:32:00\nb = [1979-05-27 , 1979-05-28]",
            "{a=LocalDate 1979-05-27, b=[LocalDate 1979-05-27, LocalDate 1979-05-28]}");

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"plain # no comment\"", "plain # no comment")]
    [InlineData("""
        "\b\t\n\f\r\"\\"
        """, "\b\t\n\f\r\"\\")]
    [InlineData("""
        "\u00e9\u00E9\U0001F600\U0010FFFF\u0000"
        """, "éé😀\U0010FFFF\0")]
    [InlineData("\"a\tb\"", "a\tb")]
    [InlineData("\"日本語 \u0080\"", "日本語 \u0080")]
    [InlineData("''", "")]
    [InlineData(@"'C:\new\u00e9 ""q""'", @"C:\new\u00e9 ""q""")]
    public void Strings_on_one_line(string text, string expected) =>
        Assert.Equal(expected, Assert.IsType<TomlString>(TomlReader.ReadValue(text)).Value);

    [Theory]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("\"\"\"\nfirst newline goes\n\"\"\"", "first newline goes\n")]
    [InlineData("\"\"\"\r\na\r\nb\"\"\"", "a\nb")]
    [InlineData("\"\"\"\n\n\"\"\"", "\n")]
    [InlineData("\"\"\"a\\\n   \n \t b\"\"\"", "ab")]
    [InlineData("\"\"\"a \\  \t\r\n\r\n  b\"\"\"", "a b")]
    [InlineData("\"\"\"\\\n  \"\"\"", "")]
    [InlineData("\"\"\"two \"\" and one \" inside\"\"\"", "two \"\" and one \" inside")]
    [InlineData("\"\"\"ends with one\"\"\"\"", "ends with one\"")]
    [InlineData("\"\"\"ends with two\"\"\"\"\"", "ends with two\"\"")]
    [InlineData("\"\"\"\"\"begins with two\"\"\"", "\"\"begins with two")]
    [InlineData("\"\"\"\"\n\\\\\"\\\"\"\"\"", "\"\n\\\"\"")]
    [InlineData("\"\"\"a\\\"\"\"b\"\"\"", "a\"\"\"b")]
    [InlineData("''''''", "")]
    [InlineData("'''\nraw \\ and ' and ''\n'''", "raw \\ and ' and ''\n")]
    [InlineData("'''a''''", "a'")]
    [InlineData("'''a'''''", "a''")]
    [InlineData("'''a\\\nb'''", "a\\\nb")]
    [InlineData("'''\r\na\r\n'''", "a\n")]
    public void Strings_over_lines(string text, string expected) =>
        Assert.Equal(expected, Assert.IsType<TomlString>(TomlReader.ReadValue(text)).Value);

    [Theory]
    [InlineData("1 2")]
    [InlineData("1 # comment")]
    [InlineData("word")]
    [InlineData("")]
    [InlineData("[1,")]
    public void A_lone_value_has_nothing_else_around_it(string text) => Assert.Null(TomlReader.ReadValue(text));
}
