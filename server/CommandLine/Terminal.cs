using System.Text;

namespace DEngine.Server.CommandLine;

/// <summary>Where a command writes: results to one, everything said about them to the other. Tests read both.</summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error)
{
    public static Terminal Standard { get; } = Make();

    /// <summary>One mistake or refusal: one line, and what to do about it.</summary>
    public int Fail(int exitCode, string message)
    {
        Error.WriteLine($"dengine: {message}");
        return exitCode;
    }

    /// <summary>UTF-8 whatever the locale says: role lines have arrows in them.</summary>
    private static Terminal Make()
    {
        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        return new Terminal(
            TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true }),
            TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true }));
    }
}
