using System.Reflection;

namespace DEngine.Tidy;

/// <summary>The public surface of each package is a text file under docs/api, so that a change of it shows in review.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("DEngine.Core")]
    [InlineData("DEngine.Storage")]
    [InlineData("DEngine.Storage.Faster")]
    [InlineData("DEngine.Testing")]
    [InlineData("DEngine.Transport")]
    [InlineData("DEngine.Hosting")]
    [InlineData("DEngine.Simulation")]
    public void The_public_surface_is_as_written_down(string assembly)
    {
        string path = $"docs/api/{assembly}.txt";
        string now = ApiText.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable("DENGINE_REWRITE") == "1") Repository.Write(path, now);
        string written = Repository.Exists(path) ? Repository.Read(path) : "";
        string[] before = written.Split('\n');
        string[] after = now.Split('\n');
        var changes = before.Except(after).Select(line => $"- {line.Trim()}").Concat(after.Except(before).Select(line => $"+ {line.Trim()}")).ToList();
        Assert.True(
            written == now,
            $"{path} differs from what was compiled. If the change is meant: make api, and commit the file.\n{string.Join('\n', changes)}");
    }
}
