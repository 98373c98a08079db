using System.Diagnostics.CodeAnalysis;
using DEngine.Configuration;

namespace DEngine.Server.CommandLine;

/// <summary>Where the cluster is: <c>HOST:PORT,HOST:PORT,…</c>; a port alone has the host of the one before it.</summary>
internal static class Endpoints
{
    public const string Default = "127.0.0.1:9081,9082,9083";

    public static bool TryParse(string text, [NotNullWhen(true)] out IReadOnlyList<NodeAddress>? endpoints, out string? mistake)
    {
        List<NodeAddress> found = [];
        endpoints = null;
        mistake = null;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            bool isPortAlone = found.Count > 0 && part.All(char.IsAsciiDigit);
            string whole = isPortAlone ? new NodeAddress(found[^1].Host, 0).ToString()[..^1] + part : part;
            if (!NodeAddress.TryParse(whole, out NodeAddress address))
            {
                mistake = $"--endpoints: found \"{part}\", allowed: HOST:PORT,HOST:PORT,… (a port alone has the host of the one before it)";
                return false;
            }
            found.Add(address);
        }

        if (found.Count == 0)
        {
            mistake = "--endpoints: found nothing, allowed: HOST:PORT,HOST:PORT,…";
            return false;
        }
        endpoints = found;
        return true;
    }
}
