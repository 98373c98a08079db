using System.Text;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary>Prints records of a log, a line each, under the name of their file.</summary>
internal sealed class RecordText(TextWriter output, long fromIndex)
{
    /// <summary>Characters of a key or value that are shown.</summary>
    private const int ShownMax = 60;

    private string _file = "";

    public void Write(in LoggedRecord record)
    {
        if (record.IsEntry && record.Position.Index < fromIndex) return;
        if (record.File != _file) output.WriteLine(_file = record.File);
        string what = record.IsEntry ? $"{record.Position.Term}:{record.Position.Index}  {Content(record.EntryKind, record.Payload)}" : "";
        string note = record.Describe();
        if (what.Length > 0 && note.Length > 0) note = $"  ({note})";
        output.WriteLine($"{record.Offset,10}  {what}{note}");
    }

    private static string Content(EntryKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind != EntryKind.Command) return kind == EntryKind.Noop ? "noop" : "opens a session";
        if (!SessionEnvelope.TryRead(payload, out SessionEnvelope envelope)) return $"{payload.Length} bytes that are no command";
        string session = envelope.SessionId == 0 ? "" : $"  session {envelope.SessionId} request {envelope.Sequence}";
        return $"{Command(envelope.Command)}{session}";
    }

    private static string Command(ReadOnlySpan<byte> bytes)
    {
        if (!KeyValueCommand.TryRead(bytes, out KeyValueCommand command)) return $"a command of {bytes.Length} bytes";
        return command.Operation switch
        {
            KeyValueOperation.Put => $"put {Shown(command.Key)} = {Shown(command.Value)}",
            KeyValueOperation.Delete => $"delete {Shown(command.Key)}",
            _ => $"cas {Shown(command.Key)} from {(command.ExpectsAbsent ? "nothing" : Shown(command.Expected))} to {Shown(command.Value)}",
        };
    }

    /// <summary>As text where it is text, on one line and not too long; else in hexadecimal.</summary>
    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return "\"\"";
        ReadOnlySpan<byte> start = bytes[..Math.Min(bytes.Length, ShownMax)];
        string text = Encoding.UTF8.GetString(start);
        if (text.Any(c => char.IsControl(c) || c == '\uFFFD')) text = $"0x{Convert.ToHexStringLower(start)}";
        return bytes.Length > ShownMax ? $"{text}... ({bytes.Length} bytes)" : text;
    }
}
