using System.CommandLine;
using System.Net;
using System.Text.Json;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary><c>snapshot save FILE</c>: everything replicated, from a running cluster into a file.</summary>
internal sealed class SnapshotSaveCommand(Terminal terminal) : ClientCommand(terminal)
{
    private readonly Argument<string> _file = new("FILE") { Description = "Where to; its directory has to be there" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace FILE when it is there" };

    protected override Command Define() => new("save", "Save everything in the cluster, as of one instant, to a file") { _file, _force };

    protected override async Task<ClusterReply> AskAsync(ClusterClient cluster, ParseResult parsed, CancellationToken cancellation)
    {
        string path = parsed.GetValue(_file)!;
        try
        {
            using BackupFile file = new(path, parsed.GetValue(_force));
            SnapshotVerifier verifier = new();
            ClusterReply reply = await cluster.DownloadAsync("/snapshot", bytes =>
            {
                verifier.Add(bytes.Span);
                file.Write(bytes.Span);
            }, cancellation).ConfigureAwait(false);
            if (reply.Status != HttpStatusCode.OK)
                return reply;

            verifier.Complete();
            if (!verifier.IsWhole)
                throw new CommandFailedException(ExitCode.No, $"what came is not a whole snapshot, and was not kept: {verifier.Damage[0]}. Try again, or another node");
            file.Complete();
            return reply with { Body = Describe(path, verifier) };
        }
        catch (IOException failed)
        {
            throw new CommandFailedException(ExitCode.WrongUse, failed.Message);
        }
        catch (UnauthorizedAccessException failed)
        {
            throw new CommandFailedException(ExitCode.WrongUse, failed.Message);
        }
    }

    protected override int Show(ParseResult parsed, byte[] body)
    {
        JsonElement saved = JsonDocument.Parse(body).RootElement;
        Terminal.Out.WriteLine(
            $"saved everything up to entry {saved.GetProperty("index").GetInt64()} of term {saved.GetProperty("term").GetInt64()} to {saved.GetProperty("file").GetString()}: "
            + $"{saved.GetProperty("bytes").GetInt64()} bytes, checked");
        return ExitCode.Done;
    }

    private static byte[] Describe(string path, SnapshotVerifier verifier)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteString("file", path);
            json.WriteNumber("index", verifier.Last.Index);
            json.WriteNumber("term", verifier.Last.Term);
            json.WriteNumber("bytes", verifier.Bytes);
            json.WriteString("checksum", verifier.Id.Checksum.ToString("x8"));
            json.WriteEndObject();
        }

        return text.ToArray();
    }
}
