using System.Text;
using DEngine.Configuration.Toml;

namespace DEngine.Hosting.Tests.Toml;

public sealed class ValidStructure
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("\n\r\n \t \n", "{}")]
    [InlineData("# only a comment", "{}")]
    [InlineData("# tab\tand é\r\na = 1 # more\r\n", "{a=1}")]
    [InlineData("a=1#close", "{a=1}")]
    [InlineData("\ta\t=\t1\t", "{a=1}")]
    [InlineData("\uFEFFa = 1", "{a=1}")]
    public void Blank_lines_comments_and_ends(string toml, string expected) => TomlAssert.Reads(toml, expected);

    [Theory]
    [InlineData("bare_key-1 = 1", "{bare_key-1=1}")]
    [InlineData("1234 = 1\n3.14 = 2", "{1234=1, 3={14=2}}")]
    [InlineData("true = 1\ninf = 2\n1979-05-27 = 3\n- = 4", "{true=1, inf=2, 1979-05-27=3, -=4}")]
    [InlineData("\"\" = 1", "{=1}")]
    [InlineData("'' = 1", "{=1}")]
    [InlineData("\"a.b\" = 1\n'c\"d' = 2\n\"\\u00e9\" = 3", "{a.b=1, c\"d=2, é=3}")]
    [InlineData("a.b.c = 1\na.b.d = 2\na.e = 3", "{a={b={c=1, d=2}, e=3}}")]
    [InlineData("a . b\t.'c' = 1", "{a={b={c=1}}}")]
    [InlineData("apple.type = 1\norange.type = 2\napple.skin = 3", "{apple={type=1, skin=3}, orange={type=2}}")]
    [InlineData("a = 1\nA = 2", "{a=1, A=2}")]
    public void Keys(string toml, string expected) => TomlAssert.Reads(toml, expected);

    [Theory]
    [InlineData("a = []", "{a=[]}")]
    [InlineData("a = [ ]", "{a=[]}")]
    [InlineData("a = [1,2 , 3,]", "{a=[1, 2, 3]}")]
    [InlineData("a = [\n 1, # one\n # between\n\n 2\n , # late comma\n]", "{a=[1, 2]}")]
    [InlineData("a = [1, 'x', 2.0, [true], {b=1}]", "{a=[1, 'x', float 2.0, [true], {b=1}]}")]
    [InlineData("a = [[[]], [1,],]", "{a=[[[]], [1]]}")]
    [InlineData("a = [\"]\", '#', \"\"\"\n]\"\"\"]", "{a=[']', '#', ']']}")]
    public void Arrays(string toml, string expected) => TomlAssert.Reads(toml, expected);

    [Theory]
    [InlineData("a = {}", "{a={}}")]
    [InlineData("a = { }", "{a={}}")]
    [InlineData("a = {b=1, c = 'x' }", "{a={b=1, c='x'}}")]
    [InlineData("a = {b.c=1, b.d=2}", "{a={b={c=1, d=2}}}")]
    [InlineData("a = {b={c={d=1}}}", "{a={b={c={d=1}}}}")]
    [InlineData("a = {b = [\n 1,\n 2, # inside an array lines may break\n]}", "{a={b=[1, 2]}}")]
    [InlineData("a = {b = \"\"\"\nx\"\"\"}", "{a={b='x'}}")]
    [InlineData("a = [\n { id = 1 }, # first\n { id = 2 },\n]", "{a=[{id=1}, {id=2}]}")]
    public void Inline_tables(string toml, string expected) => TomlAssert.Reads(toml, expected);

    [Theory]
    [InlineData("[a]\n[a.b]\nc=1", "{a={b={c=1}}}")]
    [InlineData("[a.b.c]\nx=1\n[a]\ny=2", "{a={b={c={x=1}}, y=2}}")]
    [InlineData("[ a . 'b' ] # c\nx=1", "{a={b={x=1}}}")]
    [InlineData("[a]\n[\"\"]\n[a.\"\"]", "{a={={}}, ={}}")]
    [InlineData("[fruit]\napple.color=1\napple.taste.sweet=2\n[fruit.apple.texture]\nsmooth=3",
        "{fruit={apple={color=1, taste={sweet=2}, texture={smooth=3}}}}")]
    [InlineData("[a.b.c]\nz=1\n[a]\nb.x=2", "{a={b={c={z=1}, x=2}}}")]
    [InlineData("x=1\n[t]\nx=2\n[u]\nx=3", "{x=1, t={x=2}, u={x=3}}")]
    public void Tables(string toml, string expected) => TomlAssert.Reads(toml, expected);

    [Theory]
    [InlineData("[[a]]\nx=1\n[[a]]\n[[a]]\nx=3", "{a=[{x=1}, {}, {x=3}]}")]
    [InlineData("[[f]]\nn=1\n[f.p]\nc=2\n[[f.v]]\nz=3\n[[f.v]]\nz=4\n[[f]]\nn=5\n[[f.v]]\nz=6",
        "{f=[{n=1, p={c=2}, v=[{z=3}, {z=4}]}, {n=5, v=[{z=6}]}]}")]
    [InlineData("[[a.b]]\nx=1\n[a]\ny=2", "{a={b=[{x=1}], y=2}}")]
    [InlineData("[[ a ]]", "{a=[{}]}")]
    [InlineData("[[a]]\nb.c=1\n[[a]]\nb.c=2", "{a=[{b={c=1}}, {b={c=2}}]}")]
    [InlineData("[a]\nb.c=1\n[[a.d]]\ne=1", "{a={b={c=1}, d=[{e=1}]}}")]
    public void Arrays_of_tables(string toml, string expected) => TomlAssert.Reads(toml, expected);

    [Fact]
    public void The_guides_cluster_section_reads()
    {
        TomlAssert.Reads("""
            [cluster]
            node_id = 1
            listen_address = "0.0.0.0:9081"
            initial_cluster = [
                { id = 1, address = "0.0.0.0:9081", role = 1, status = 2 },  # Follower
                { id = 2, address = "0.0.0.0:9082", role = 1, status = 2 },  # Follower
            ]

            [raft.persistence]
            flush_policy = { Batch = { threshold = 100, interval_ms = 20 } }
            """,
            "{cluster={node_id=1, listen_address='0.0.0.0:9081', initial_cluster=[{id=1, address='0.0.0.0:9081', role=1, status=2}, "
            + "{id=2, address='0.0.0.0:9082', role=1, status=2}]}, raft={persistence={flush_policy={Batch={threshold=100, interval_ms=20}}}}}");
    }

    [Fact]
    public void Keys_and_values_know_their_line_and_column()
    {
        TomlTable root = TomlReader.Read("# c\n[t]\r\n  \"é😀\" =  1\nlist = [\n  {x = 'a'},\n]\n").Root;
        Assert.True(root.TryGet("t", out TomlEntry? t));
        Assert.Equal(new TomlPosition(2, 2), t.KeyPosition);
        TomlTable table = (TomlTable)t.Value;
        Assert.Equal(new TomlPosition(3, 3), table.Entries[0].KeyPosition);
        Assert.Equal(new TomlPosition(3, 11), table.Entries[0].Value.Position);
        TomlTable element = (TomlTable)((TomlArray)table.Entries[1].Value).Items[0];
        Assert.Equal(new TomlPosition(5, 3), element.Position);
        Assert.Equal(new TomlPosition(5, 8), element.Entries[0].Value.Position);
    }

    [Fact]
    public void Nesting_is_read_up_to_its_bound_and_refused_beyond()
    {
        string Nested(int depth) => $"a = {new StringBuilder().Append('[', depth).Append(']', depth)}";
        Assert.Empty(TomlReader.Read(Nested(TomlReader.NestingMax)).Errors);
        Assert.Single(TomlReader.Read(Nested(TomlReader.NestingMax + 1)).Errors);
        Assert.Single(TomlReader.Read(Nested(100_000)).Errors);
    }
}
