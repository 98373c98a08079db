using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DEngine.Configuration;

/// <summary>HOST:PORT or [IPv6]:PORT. Names are not resolved here: they may come to exist later.</summary>
/// <param name="Host">An IPv4 address, an IPv6 address without its brackets, or a host name in small letters.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct NodeAddress(string Host, int Port)
{
    private const int HostCharactersMax = 253;
    private const int LabelCharactersMax = 63;

    /// <summary>Whether only this machine can reach it: 127.0.0.0/8, ::1 and the name localhost.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    /// <summary>False when the text is no such address; nothing is trimmed or guessed.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeAddress address)
    {
        address = default;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon <= 0 || !TryParsePort(text.AsSpan(colon + 1), out int port))
            return false;

        string? host = text[0] == '[' ? ParseBracketed(text[..colon]) : ParsePlain(text[..colon]);
        if (host is null)
            return false;

        address = new NodeAddress(host, port);
        return true;
    }

    /// <summary>As it is written in files: IPv6 in brackets.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && text.Length <= 5 && port is >= 1 and <= 65_535;

    private static string? ParseBracketed(string host) =>
        host[^1] == ']' && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out IPAddress? ip) && ip.AddressFamily == AddressFamily.InterNetworkV6
            ? ip.ToString()
            : null;

    /// <summary>Digits and points alone must be a whole IPv4 address: the framework would also take "1" for 0.0.0.1.</summary>
    private static string? ParsePlain(string host)
    {
        if (host.All(c => char.IsAsciiDigit(c) || c == '.'))
            return host.Count(c => c == '.') == 3 && IPAddress.TryParse(host, out IPAddress? ip) && ip.ToString() == host ? host : null;

        return host.Length <= HostCharactersMax && host.Split('.').All(IsLabel) ? host.ToLowerInvariant() : null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LabelCharactersMax && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
