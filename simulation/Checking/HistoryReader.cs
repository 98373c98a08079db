using System.Text;
using System.Text.Json;

namespace DEngine.Simulation.Checking;

/// <summary>
/// Reads a history, one JSON object a line. Strict, because a misread history is a wrong verdict: the first line that does not follow
/// the format is an error. Blank lines are skipped; the fields <c>index</c> and <c>error</c>, which other tools add, are ignored.
/// </summary>
public static class HistoryReader
{
    private const string Functions = "read, write, cas, append, delete";
    private static readonly string[] Ignored = ["index", "error"];

    /// <summary>Reads to the end of <paramref name="input"/>, which stays open.</summary>
    /// <exception cref="HistoryFormatException">A line is not of the format, or cannot follow those before it.</exception>
    public static History Read(TextReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var recorder = new HistoryRecorder();
        byte[] buffer = new byte[1024];
        for (int lineNumber = 1; input.ReadLine() is { } line; lineNumber++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            int sizeMax = Encoding.UTF8.GetMaxByteCount(line.Length);
            if (buffer.Length < sizeMax)
                buffer = new byte[sizeMax];
            int size = Encoding.UTF8.GetBytes(line, buffer);
            try
            {
                HistoryEvent happened = Complete(Parse(buffer.AsSpan(0, size)));
                if (recorder.TryAdd(happened) is { } reason)
                    throw new LineException(reason);
            }
            catch (LineException e)
            {
                throw new HistoryFormatException(lineNumber, e.Message);
            }
            catch (JsonException e)
            {
                throw new HistoryFormatException(lineNumber, $"not valid JSON at byte {e.BytePositionInLine + 1}");
            }
        }

        return recorder.ToHistory();
    }

    private static Fields Parse(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new LineException("not a JSON object");
        var fields = new Fields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = Text(ref json);
            json.Read();
            ReadField(ref json, name, fields);
        }

        if (json.Read())
            throw new LineException("more than one JSON value on the line");
        return fields;
    }

    private static void ReadField(ref Utf8JsonReader json, string name, Fields fields)
    {
        switch (name)
        {
            case "process":
                Set(ref fields.Process, Integer(ref json, name), name);
                break;
            case "time":
                Set(ref fields.Time, Integer(ref json, name), name);
                break;
            case "key":
                Set(ref fields.Key, String(ref json, name), name);
                break;
            case "type":
                string type = String(ref json, name);
                Set(ref fields.Type, HistoryWords.Type(type) ?? throw NotAmong(name, type, "invoke, ok, fail, info"), name);
                break;
            case "f":
                string function = String(ref json, name);
                HistoryFunction known = HistoryWords.Function(function) ?? throw NotAmong(name, function, Functions);
                Set(ref fields.Function, known, name);
                break;
            case "value":
                Set(ref fields.Values, Values(ref json), name);
                break;
            default:
                if (Array.IndexOf(Ignored, name) < 0)
                    throw new LineException($"unknown field {HistoryValue.From(name)}; known are process, type, f, key, value, time");
                json.Skip();
                break;
        }
    }

    private static HistoryEvent Complete(Fields fields)
    {
        long process = fields.Process ?? throw Missing("process");
        HistoryEventType type = fields.Type ?? throw Missing("type");
        HistoryFunction function = fields.Function ?? throw Missing("f");
        string key = fields.Key ?? throw Missing("key");
        long time = fields.Time ?? throw Missing("time");
        HistoryValue[]? values = fields.Values;
        bool absent = values is null or [{ Kind: HistoryValueKind.Null }];

        if (type is HistoryEventType.Ok && function is HistoryFunction.Read && values is null)
            throw new LineException("the ok of a read must say what was read: field \"value\" is missing");
        if (type is HistoryEventType.Invoke && function is HistoryFunction.Write or HistoryFunction.Append && values is null)
            throw Missing("value");
        if (function is HistoryFunction.Delete && !absent)
            throw new LineException("a delete carries no value");
        if (function is HistoryFunction.Cas)
        {
            if (type is not HistoryEventType.Invoke && absent)
                values = [default, default];
            if (values is not { Length: 2 })
                throw new LineException("the value of a cas must be [old,new]");
        }
        else if (values is { Length: 2 })
        {
            throw new LineException($"the value of {HistoryWords.Of(function)} must be a string, a number or null, not an array");
        }

        return new HistoryEvent(process, type, function, key, values?[0] ?? default, values is { Length: 2 } ? values[1] : default, time);
    }

    private static HistoryValue[] Values(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            return [Scalar(ref json)];
        var values = new List<HistoryValue>(2);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            values.Add(Scalar(ref json));
        return values.Count == 2 ? [.. values] : throw new LineException("an array as value must be a cas's [old,new]");
    }

    private static HistoryValue Scalar(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return HistoryValue.Null;
            case JsonTokenType.True:
            case JsonTokenType.False:
                return HistoryValue.From(json.GetBoolean());
            case JsonTokenType.String:
                return HistoryValue.From(Text(ref json));
            case JsonTokenType.Number:
                return HistoryValue.TryFromJsonNumber(json.ValueSpan, out HistoryValue number)
                    ? number
                    : throw new LineException("a number's exponent is out of range");
            default:
                throw new LineException("a value must be a string, a number, true, false or null");
        }
    }

    private static long Integer(ref Utf8JsonReader json, string name) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long value)
            ? value
            : throw new LineException($"field \"{name}\" must be an integer of 64 bits");

    private static string String(ref Utf8JsonReader json, string name) =>
        json.TokenType == JsonTokenType.String ? Text(ref json) : throw new LineException($"field \"{name}\" must be a string");

    // The reader only finds an escaped half of a surrogate pair when the string is taken out.
    private static string Text(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString() ?? throw new LineException("a string is missing");
        }
        catch (InvalidOperationException)
        {
            throw new LineException("a string is not valid Unicode");
        }
    }

    private static void Set<T>(ref T? field, T value, string name) where T : struct =>
        field = field is null ? value : throw Twice(name);

    private static void Set<T>(ref T? field, T value, string name) where T : class =>
        field = field is null ? value : throw Twice(name);

    private static LineException Twice(string name) => new($"field \"{name}\" is there twice");

    private static LineException Missing(string name) => new($"field \"{name}\" is missing");

    private static LineException NotAmong(string name, string found, string allowed) =>
        new($"field \"{name}\" is {HistoryValue.From(found)}; allowed are {allowed}");

    private sealed class Fields
    {
        public long? Process;
        public long? Time;
        public HistoryEventType? Type;
        public HistoryFunction? Function;
        public string? Key;
        public HistoryValue[]? Values;
    }

    private sealed class LineException(string reason) : Exception(reason);
}
