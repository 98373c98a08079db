
namespace DEngine.Server.Logging;

/// <summary>Loggers that write single lines. Some categories are printed at every level, because guides and scripts look for their lines.</summary>
/// <param name="lines">Where they go; not disposed here.</param>
/// <param name="minimum">From LOG_LEVEL.</param>
internal sealed class NodeLogProvider(LineWriter lines, LogLevel minimum) : ILoggerProvider
{
    /// <summary>Who leads: part of what scripts rely on.</summary>
    public const string RolesCategory = "DEngine.Roles";

    /// <summary>What a node says once, when it starts and when it stops.</summary>
    public const string NodeCategory = "DEngine.Node";

    public ILogger CreateLogger(string categoryName) => new NodeLogger(lines, categoryName, LevelOf(categoryName));

    public void Dispose()
    {
        // Nothing of its own.
    }

    /// <summary>The web server's own chatter matters only to someone who asked for everything.</summary>
    private LogLevel LevelOf(string category)
    {
        if (category is RolesCategory or NodeCategory)
            return LogLevel.Trace;
        return category.StartsWith("Microsoft.", StringComparison.Ordinal) && minimum is LogLevel.Debug or LogLevel.Information ? LogLevel.Warning : minimum;
    }

    private sealed class NodeLogger(LineWriter lines, string category, LogLevel minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;

            string message = formatter(state, exception);
            if (exception is not null)
                message += minimum <= LogLevel.Debug ? $" | {exception}" : $": {exception.Message}";
            lines.Write(LogLine.Format(logLevel, category, message));
        }
    }
}
