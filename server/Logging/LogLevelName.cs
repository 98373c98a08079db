
namespace DEngine.Server.Logging;

/// <summary>The levels as people write them in LOG_LEVEL, and as they stand in a line.</summary>
internal static class LogLevelName
{
    public const string Allowed = "trace, debug, info, warn, error or off";

    public static bool TryParse(string? text, out LogLevel level)
    {
        (bool known, level) = text?.Trim().ToUpperInvariant() switch
        {
            null or "" or "WARN" or "WARNING" => (true, LogLevel.Warning),
            "TRACE" => (true, LogLevel.Trace),
            "DEBUG" => (true, LogLevel.Debug),
            "INFO" or "INFORMATION" => (true, LogLevel.Information),
            "ERROR" => (true, LogLevel.Error),
            "OFF" or "NONE" => (true, LogLevel.None),
            _ => (false, LogLevel.Warning),
        };
        return known;
    }

    public static string Show(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical => "fatal",
        LogLevel.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "no such level"),
    };
}
