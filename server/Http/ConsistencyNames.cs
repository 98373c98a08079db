using DEngine.Core;

namespace DEngine.Server.Http;

/// <summary>How a request and the command line say what a read may rely on.</summary>
internal static class ConsistencyNames
{
    public const string Allowed = "linearizable, lease or eventual";

    public static bool TryParse(string text, out ReadConsistency consistency)
    {
        (bool known, consistency) = text switch
        {
            "linearizable" => (true, ReadConsistency.Linearizable),
            "lease" => (true, ReadConsistency.Lease),
            "eventual" => (true, ReadConsistency.Eventual),
            _ => (false, default),
        };
        return known;
    }
}
