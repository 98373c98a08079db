using System.Text;
using System.Text.Unicode;

namespace DEngine.Server.Http;

/// <summary>
/// The parameters behind the question mark, decoded to bytes: a key need not be text (<c>key=%FF</c>). An unknown or repeated parameter is a mistake, as in
/// bodies.
/// </summary>
internal sealed class QueryText
{
    private readonly List<(string Name, byte[] Value)> _parameters = [];

    /// <param name="query">As it came, with or without its question mark.</param>
    /// <param name="allowed">The names there are.</param>
    /// <exception cref="ApiException">Something else is in it.</exception>
    public QueryText(string? query, params ReadOnlySpan<string> allowed)
    {
        ReadOnlySpan<char> rest = query.AsSpan().TrimStart('?');
        foreach (Range part in rest.Split('&'))
        {
            ReadOnlySpan<char> pair = rest[part];
            if (pair.IsEmpty)
                continue;

            int equals = pair.IndexOf('=');
            string name = Encoding.UTF8.GetString(Decode(equals < 0 ? pair : pair[..equals]));
            if (!allowed.Contains(name))
                throw Invalid($"\"{name}\" is not a parameter of this request; there are: {string.Join(", ", allowed.ToArray())}");
            if (Find(name) is not null)
                throw Invalid($"{name} is given twice");
            _parameters.Add((name, Decode(equals < 0 ? [] : pair[(equals + 1)..])));
        }
    }

    /// <summary>Null when it is not given.</summary>
    public byte[]? Find(string name)
    {
        foreach ((string known, byte[] value) in _parameters)
        {
            if (known == name)
                return value;
        }
        return null;
    }

    public byte[] Require(string name) => Find(name) ?? throw Invalid($"{name} is missing: add {name}=… to the query");

    public string? FindText(string name) => Find(name) is { } value ? Encoding.UTF8.GetString(value) : null;

    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '%')
            {
                if (i + 2 >= text.Length
                    || !byte.TryParse(text.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out bytes[length++]))
                    throw Invalid("a % in the query is followed by two hexadecimal digits; a % itself is written %25");
                i += 2;
            }
            else if (char.IsAscii(c))
            {
                bytes[length++] = c == '+' ? (byte)' ' : (byte)c;
            }
            else
            {
                _ = Utf8.FromUtf16(text.Slice(i, char.IsHighSurrogate(c) && i + 1 < text.Length ? 2 : 1), bytes.AsSpan(length), out int read, out int written);
                i += read - 1;
                length += written;
            }
        }
        return bytes[..length];
    }

    private static ApiException Invalid(string message) => new(ApiError.InvalidRequest(message));
}
