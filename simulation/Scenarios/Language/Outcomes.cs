using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>How a client's operation can end, as it is written.</summary>
internal static class Outcomes
{
    public static string Write(HistoryEventType type) => type switch
    {
        HistoryEventType.Ok => "ok",
        HistoryEventType.Fail => "failed",
        HistoryEventType.Info => "unknown",
        _ => "busy",
    };

    /// <summary>False: the word is none of these.</summary>
    public static bool TryRead(string word, out HistoryEventType type)
    {
        foreach (HistoryEventType candidate in Enum.GetValues<HistoryEventType>())
        {
            type = candidate;
            if (Write(candidate) == word) return true;
        }

        type = default;
        return false;
    }
}
