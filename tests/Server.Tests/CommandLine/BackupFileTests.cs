using DEngine.Server.CommandLine;

namespace DEngine.Server.Tests.CommandLine;

public sealed class BackupFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-backup-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_backup_has_its_name_when_it_is_complete_and_is_not_replaced_unasked()
    {
        string path = Path.Combine(_directory.FullName, "b.snap");
        using (var given = new BackupFile(path, replaces: false))
        {
            given.Write("half"u8);
            Assert.False(File.Exists(path));
        }

        Assert.Empty(_directory.GetFiles());
        using (var file = new BackupFile(path, replaces: false))
        {
            file.Write("whole"u8);
            file.Complete();
        }

        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal("b.snap", Assert.Single(_directory.GetFiles()).Name);
        Assert.Contains("already", Assert.Throws<IOException>(() => new BackupFile(path, replaces: false)).Message, StringComparison.Ordinal);
        using (var again = new BackupFile(path, replaces: true))
        {
            again.Write("newer"u8);
            again.Complete();
        }

        Assert.Equal("newer", File.ReadAllText(path));
    }

    [Fact]
    public void A_name_that_was_taken_meanwhile_is_not_replaced()
    {
        string path = Path.Combine(_directory.FullName, "b.snap");
        using var file = new BackupFile(path, replaces: false);
        file.Write("mine"u8);
        File.WriteAllText(path, "theirs");
        Assert.Throws<IOException>(file.Complete);
        Assert.Equal("theirs", File.ReadAllText(path));
        Assert.Single(_directory.GetFiles());
    }
}
