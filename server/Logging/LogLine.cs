using System.Globalization;

namespace DEngine.Server.Logging;

/// <summary>The form of a line: <c>2026-01-31T09:30:01.123Z warn  DEngine.Storage message</c>.</summary>
internal static class LogLine
{
    /// <summary>Always one line, whatever is in the message.</summary>
    public static string Format(LogLevel level, string category, string message) => string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {LogLevelName.Show(level),-5} {category} {message.ReplaceLineEndings(" | ")}");
}
