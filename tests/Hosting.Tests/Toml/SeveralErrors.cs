using DEngine.Configuration.Toml;

namespace DEngine.Hosting.Tests.Toml;

public sealed class SeveralErrors
{
    [Fact]
    public void Each_bad_line_is_reported_once() => TomlAssert.RefusesLines("""
        a = 01
        b = 1
        c =
        = 2
        d = "open
        e = word
        f = "fine"
        [t
        g = 1
        g = 2
        h 3
        """, 1, 3, 4, 5, 6, 8, 10, 11);

    [Fact]
    public void Two_bad_values_on_one_line_are_both_reported() => TomlAssert.RefusesLines("a = [01, 2, word]\nb = {c = 1e, d = 0x}", 1, 1, 2, 2);

    [Fact]
    public void An_error_inside_an_array_over_lines_costs_the_array_and_nothing_behind_it() => TomlAssert.RefusesLines("""
        a = [
            { id = 1, address = "x" },
            { id = 2 address = "y" },
            { id = 3, address = "z" },
        ]
        b = word
        """, 3, 6);

    [Fact]
    public void An_array_that_is_not_closed_ends_where_the_next_key_begins()
    {
        TomlDocument document = TomlReader.Read("a = [\n 1,\n 2\nb = 3\n[t]\nc = 4\n");
        Assert.Equal(4, Assert.Single(document.Errors).Position.Line);
        Assert.Equal("{a=?, b=3, t={c=4}}", TomlAssert.Show(document.Root));
    }

    [Fact]
    public void An_array_on_one_line_that_is_wrong_hides_no_error_on_the_next() => TomlAssert.RefusesLines("a = [1 2]\ngarbage\n", 1, 2);

    [Fact]
    public void A_string_over_lines_that_is_never_closed_is_reported_where_it_begins()
    {
        TomlDocument document = TomlReader.Read("x = 1\na = \"\"\"\ntext\n\n[t]\nc = 4\n");
        Assert.Equal(new TomlPosition(2, 5), Assert.Single(document.Errors).Position);
        Assert.True(document.Root.TryGet("t", out _));
    }

    [Fact]
    public void A_bad_escape_in_a_string_over_lines_costs_only_that_string() => TomlAssert.RefusesLines("a = \"\"\"\n\\q\n\\z\n\"\"\"\nb = 1\nc = 01", 2, 3, 6);

    [Fact]
    public void A_key_whose_value_is_unreadable_is_there_all_the_same() =>
        Assert.Equal("{a=?, b=?, c=?, d=?}", TomlAssert.Show(TomlReader.Read("a = 01\nb =\nc 1\nd = \"x").Root));

    [Fact]
    public void Keys_below_a_header_without_its_bracket_belong_to_its_table() =>
        Assert.Equal("{t={a=1}}", TomlAssert.Show(TomlReader.Read("[t\na = 1").Root));

    [Fact]
    public void Keys_below_a_header_without_a_name_belong_nowhere()
    {
        TomlDocument document = TomlReader.Read("[t]\na = 1\n[!]\nb = 2");
        Assert.Equal("{t={a=1}}", TomlAssert.Show(document.Root));
        Assert.True(document.IsIncomplete);
    }

    [Fact]
    public void A_table_defined_again_is_one_error_and_keeps_its_keys()
    {
        TomlDocument document = TomlReader.Read("[t]\na = 1\n[t]\nb = 2");
        Assert.Equal("3:2: found t again, allowed: one definition of it: it is a table since line 1", Assert.Single(document.Errors).ToString());
        Assert.Equal("{t={a=1, b=2}}", TomlAssert.Show(document.Root));
    }

    [Theory]
    [InlineData("a = 127.0.0.1:9081", "1:5: found 127.0.0.1:9081, allowed: a string in quotes, a number, true, false, a date, an array or a table: text needs quotes")]
    [InlineData("a = 0.0.0.0", "1:5: found 0.0.0.0, allowed: a string in quotes, a number, true, false, a date, an array or a table: text needs quotes")]
    [InlineData("a = DiskFirst", "1:5: found DiskFirst, allowed: a string in quotes, a number, true, false, a date, an array or a table: text needs quotes")]
    [InlineData("a = True", "1:5: found True, allowed: true or false, in small letters")]
    [InlineData("a = {\n b = 1 }", "1:6: found the end of the line, allowed: a pair or '}' on the line of the inline table's '{'")]
    [InlineData("a = 1 b", "1:7: found 'b', allowed: the end of the line, or a comment")]
    [InlineData("a = [1, 2", "1:5: found an array that is never closed, allowed: ']' after its last value")]
    [InlineData("a = 'x\u0007'", "1:7: found the control character U+0007 in a string, allowed: an escape such as \\u0000 instead")]
    public void A_message_says_what_stands_there_and_what_may(string toml, string expected) =>
        Assert.Equal(expected, TomlAssert.Refuses(toml).ToString());

    [Fact]
    public void A_file_of_nonsense_gives_a_bounded_number_of_errors()
    {
        TomlDocument document = TomlReader.Read(string.Concat(Enumerable.Repeat("?\n", 10_000)));
        Assert.Equal(TomlReader.ErrorsMax, document.Errors.Count);
        Assert.True(document.IsIncomplete);
    }
}
