using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DEngine.Simulation.Checking;

/// <summary>Writes a history, one JSON object a line; <see cref="HistoryReader"/> reads it back to the same history.</summary>
public static class HistoryWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <paramref name="history"/> to <paramref name="output"/>, which stays open.</summary>
    public static void Write(TextWriter output, History history)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(history);
        var line = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(line, Options);
        foreach (HistoryEvent happened in history.Events)
        {
            line.ResetWrittenCount();
            json.Reset();
            WriteEvent(json, happened);
            json.Flush();
            output.Write(Encoding.UTF8.GetString(line.WrittenSpan));
            output.Write('\n');
        }
    }

    private static void WriteEvent(Utf8JsonWriter json, in HistoryEvent happened)
    {
        json.WriteStartObject();
        json.WriteNumber("process", happened.Process);
        json.WriteString("type", HistoryWords.Of(happened.Type));
        json.WriteString("f", HistoryWords.Of(happened.Function));
        json.WriteString("key", happened.Key);
        json.WritePropertyName("value");
        if (happened.Function == HistoryFunction.Cas)
        {
            json.WriteStartArray();
            WriteValue(json, happened.Value);
            WriteValue(json, happened.NewValue);
            json.WriteEndArray();
        }
        else
        {
            WriteValue(json, happened.Value);
        }

        json.WriteNumber("time", happened.TimeNanoseconds);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, HistoryValue value)
    {
        switch (value.Kind)
        {
            case HistoryValueKind.Null:
                json.WriteNullValue();
                break;
            case HistoryValueKind.Boolean:
            case HistoryValueKind.Number:
                json.WriteRawValue(value.Text);
                break;
            case HistoryValueKind.Text:
                json.WriteStringValue(value.Text);
                break;
            default:
                throw new InvalidOperationException($"no such kind of value: {value.Kind}");
        }
    }
}
