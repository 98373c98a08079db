using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary><c>snapshot inspect FILE</c>: what is in a snapshot, and whether it is whole. Changes nothing, and needs no node.</summary>
internal sealed class SnapshotInspectCommand(Terminal terminal)
{
    private readonly Argument<string> _file = new("FILE") { Description = "A backup, or a snapshot-*.snap of a node's data directory" };
    private readonly Option<bool> _chunks = new("--chunks") { Description = "List every chunk, not the damaged ones only" };
    private readonly Option<bool> _json = new("--json") { Description = "Print it as one line of JSON" };

    public Command Build()
    {
        Command command = new("inspect", "Say what is in a snapshot's file, and whether it is damaged (exit code 1) and where") { _file, _chunks, _json };
        command.SetAction(parsed => Inspect(parsed.GetValue(_file)!, parsed.GetValue(_chunks), parsed.GetValue(_json)));
        return command;
    }

    private int Inspect(string path, bool all, bool asJson)
    {
        try
        {
            SnapshotContent content = SnapshotContent.Read(path);
            if (asJson)
                terminal.Out.WriteLine(ToJson(path, content, all));
            else
                Write(path, content, all);
            foreach (string damage in content.Damage)
                _ = terminal.Fail(ExitCode.No, $"{path}: {damage}");
            return content.Damage.Count == 0 ? ExitCode.Done : ExitCode.No;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(ExitCode.WrongUse, unreadable.Message);
        }
    }

    private void Write(string path, SnapshotContent content, bool all)
    {
        SnapshotVerifier verifier = content.Verifier;
        if (verifier.Last.Index > 0)
            terminal.Out.WriteLine($"{path}: everything up to entry {verifier.Last.Index} of term {verifier.Last.Term}, {verifier.Bytes} bytes, {verifier.Chunks} chunks");
        if (content.Digest is { } digest)
            terminal.Out.WriteLine($"{content.Keys} keys, {content.Sessions} sessions, digest {digest:x16}, checksum {verifier.Id.Checksum:x8}");
        SnapshotChunkFound[] listed = [.. content.Chunks.Where(chunk => all || !chunk.IsSound)];
        if (listed.Length > 0)
            terminal.Out.WriteLine($"{"offset",12}  {"section",-10}{"bytes",12}  checksum");
        foreach (SnapshotChunkFound chunk in listed)
            terminal.Out.WriteLine($"{chunk.Offset,12}  {NameOf(chunk),-10}{chunk.Length,12}  {chunk.Checksum:x8} {(chunk.IsSound ? "holds" : "DOES NOT HOLD")}");
        if (content.Damage.Count == 0)
            terminal.Out.WriteLine("whole: every checksum holds, and a node can start from it");
    }

    private static string NameOf(in SnapshotChunkFound chunk) => chunk.Section.ToString().ToLowerInvariant();

    private static string ToJson(string path, SnapshotContent content, bool all)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteString("file", path);
            json.WriteBoolean("whole", content.Damage.Count == 0);
            json.WriteNumber("index", content.Verifier.Last.Index);
            json.WriteNumber("term", content.Verifier.Last.Term);
            json.WriteNumber("bytes", content.Verifier.Bytes);
            json.WriteNumber("chunk_count", content.Verifier.Chunks);
            WriteNumberOrNull(json, "keys", content.Keys);
            WriteNumberOrNull(json, "sessions", content.Sessions);
            json.WriteString("digest", content.Digest?.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteStartArray("damage");
            foreach (string damage in content.Damage)
                json.WriteStringValue(damage);
            json.WriteEndArray();
            WriteChunks(json, content, all);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }

    private static void WriteChunks(Utf8JsonWriter json, SnapshotContent content, bool all)
    {
        json.WriteStartArray("chunks");
        foreach (SnapshotChunkFound chunk in content.Chunks.Where(chunk => all || !chunk.IsSound))
        {
            json.WriteStartObject();
            json.WriteNumber("offset", chunk.Offset);
            json.WriteString("section", NameOf(chunk));
            json.WriteNumber("bytes", chunk.Length);
            json.WriteBoolean("sound", chunk.IsSound);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
