using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Server.Tests.CommandLine;

public sealed class WalCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-wal-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Every_record_has_a_line_while_the_node_has_the_directory()
    {
        using var disk = new RealDisk(_directory.FullName);
        using WriteAheadLog log = Write(disk);
        Session session = await Session.Run("wal", "inspect", _directory.FullName);
        Assert.Equal((0, ""), (session.ExitCode, session.Error));
        string[] lines = session.Out.Split(Environment.NewLine);
        Assert.Equal("wal-0000000000000001.log", lines[0]);
        Assert.Contains("term 3, voted for n2", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("3:1  noop", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("3:2  opens a session", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("3:3  put greeting = hello  session 2 request 1", lines[4], StringComparison.Ordinal);
        Assert.EndsWith("3:4  delete 0x0a00", lines[5], StringComparison.Ordinal);
        Assert.EndsWith("3:5  cas k from nothing to \"\"", lines[6], StringComparison.Ordinal);
        Assert.StartsWith("entries 1 to 5, term 3, voted for n2, 6 records in 1 segments; ends at ", lines[7], StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_and_summary_leave_lines_out()
    {
        using (var disk = new RealDisk(_directory.FullName)) Write(disk).Dispose();
        Session late = await Session.Run("wal", "inspect", _directory.FullName, "--from", "5");
        Assert.DoesNotContain("greeting", late.Out, StringComparison.Ordinal);
        Assert.Contains("3:5", late.Out, StringComparison.Ordinal);
        Session summary = await Session.Run("wal", "inspect", _directory.FullName, "--summary");
        Assert.StartsWith("entries 1 to 5", summary.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_is_exit_code_1_and_says_where()
    {
        using (var disk = new RealDisk(_directory.FullName)) Write(disk).Dispose();
        string file = Path.Combine(_directory.FullName, "wal-0000000000000001.log");
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[600] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Session flipped = await Session.Run("wal", "inspect", _directory.FullName, "--summary");
        Assert.Equal(1, flipped.ExitCode);
        Assert.Contains("1 places in which a bit has turned over", flipped.Error, StringComparison.Ordinal);

        for (int i = 601; i < 604; i++) bytes[i] ^= 0x5A;
        await File.WriteAllBytesAsync(file, bytes);
        Session session = await Session.Run("wal", "inspect", _directory.FullName);
        Assert.Equal(1, session.ExitCode);
        Assert.Contains("read up to", session.Out, StringComparison.Ordinal);
        Assert.Contains("is damaged at offset", session.Error, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_directory_that_is_none_is_exit_code_2()
    {
        Session empty = await Session.Run("wal", "inspect", _directory.FullName);
        Assert.Equal(2, empty.ExitCode);
        Assert.Contains("such as db/1", empty.Error, StringComparison.Ordinal);
        Session missing = await Session.Run("wal", "inspect", Path.Combine(_directory.FullName, "missing"));
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("There is no directory", missing.Error, StringComparison.Ordinal);
    }

    private static WriteAheadLog Write(RealDisk disk)
    {
        var log = new WriteAheadLog(disk, new WriteAheadLogOptions());
        log.Open(_ => { });
        var batch = new PersistBatch { Ticket = 1, HardState = new HardState(3, new NodeId(2)) };
        batch.Add(new Entry(new LogPosition(3, 1), EntryKind.Noop, default));
        batch.Add(new Entry(new LogPosition(3, 2), EntryKind.RegisterSession, default));
        batch.Add(Command(3, new SessionEnvelope(2, 1, 0, Bytes(KeyValueCommand.Put("greeting"u8, "hello"u8)))));
        batch.Add(Command(4, SessionEnvelope.WithoutSession(Bytes(KeyValueCommand.Delete([10, 0])))));
        log.Write(batch);
        log.Sync();
        var second = new PersistBatch { Ticket = 2 };
        second.Add(Command(5, SessionEnvelope.WithoutSession(Bytes(KeyValueCommand.PutIfAbsent("k"u8, ""u8)))));
        log.Write(second);
        log.Sync();
        return log;
    }

    private static Entry Command(long index, SessionEnvelope envelope)
    {
        byte[] payload = new byte[envelope.Size];
        envelope.Write(payload);
        return new Entry(new LogPosition(3, index), EntryKind.Command, payload);
    }

    private static byte[] Bytes(KeyValueCommand command)
    {
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}
