using System.Text;
using System.Threading.Channels;

namespace DEngine.Server.Logging;

/// <summary>
/// Writes lines to the terminal and to a file, from a thread of its own: whoever logs may be the node's loop, which must not wait for a disk or for
/// a terminal that nobody reads. When more than <see cref="WaitingLinesMax"/> wait, further lines are dropped and counted, and the count is written.
/// </summary>
internal sealed class LineWriter : IDisposable
{
    public const int WaitingLinesMax = 8_192;

    /// <summary>Then the file becomes d.log.1, in place of the one before.</summary>
    public const long FileBytesMax = 64 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly TimeSpan LastLinesWait = TimeSpan.FromSeconds(2);
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(WaitingLinesMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly TextWriter _terminal;
    private readonly string _file;
    private readonly Thread _thread;
    private StreamWriter? _log;
    private long _fileBytes;
    private long _dropped;
    private bool _terminalIsGone;

    /// <param name="terminal">Written as well.</param>
    /// <param name="file">Made with its directory; appended to when it is there.</param>
    public LineWriter(TextWriter terminal, string file)
    {
        _terminal = terminal;
        _file = file;
        _ = Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Open();
        _thread = new Thread(Run) { Name = "log", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Never waits. Any thread.</summary>
    public void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
            _ = Interlocked.Increment(ref _dropped);
    }

    /// <summary>Writes what is waiting, then closes the file.</summary>
    public void Dispose()
    {
        _ = _lines.Writer.TryComplete();
        _ = _thread.Join(LastLinesWait);
    }

    private void Run()
    {
        while (WaitForLines())
        {
            while (_lines.Reader.TryRead(out string? line))
                WriteBoth(line);
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and long dropped)
                WriteBoth(LogLine.Format(Microsoft.Extensions.Logging.LogLevel.Warning, "DEngine.Log", $"{dropped} lines were dropped: they came faster than they could be written"));
            Flush();
        }
        _log?.Dispose();
    }

    private bool WaitForLines()
    {
        ValueTask<bool> more = _lines.Reader.WaitToReadAsync();
        return more.IsCompletedSuccessfully ? more.Result : more.AsTask().GetAwaiter().GetResult();
    }

    private void WriteBoth(string line)
    {
        if (!_terminalIsGone)
        {
            try
            {
                _terminal.WriteLine(line);
            }
            catch (IOException)
            {
                // The reader of a pipe went away; the node goes on, and so does the file.
                _terminalIsGone = true;
            }
        }

        try
        {
            if (_fileBytes > FileBytesMax)
                Rotate();
            _log?.WriteLine(line);
            _fileBytes += line.Length + 1;
        }
        catch (IOException)
        {
            // A full disk costs lines, not the node: storage has its own say about the disk.
        }
    }

    private void Flush()
    {
        try
        {
            _log?.Flush();
        }
        catch (IOException)
        {
            // As above.
        }
    }

    private void Rotate()
    {
        _log?.Dispose();
        File.Move(_file, _file + ".1", overwrite: true);
        Open();
    }

    private void Open()
    {
        FileStream stream = new(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _fileBytes = stream.Length;
        _log = new StreamWriter(stream, Utf8);
    }
}
