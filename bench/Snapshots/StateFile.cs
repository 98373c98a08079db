using System.Buffers;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Bench;

/// <summary>A backup of a cluster that has had so many keys put, made without the cluster: nodes begin with it in seconds.</summary>
internal static class StateFile
{
    private const int KeyBytes = 16;
    private const int PutsPerRun = 1_000;
    private const int KeyLimit = 10;

    /// <summary>Writes the file; its length in bytes.</summary>
    public static long Write(string path, int keys, int valueBytes)
    {
        var applier = new Applier(new KeyValueStore(), new SessionOptions());
        byte[] key = new byte[KeyBytes], value = new byte[valueBytes];
        var random = new Random(1);
        for (int i = 0; i < keys; i++)
        {
            NameKey(key, i);
            random.NextBytes(value);
            applier.Apply(new Entry(new LogPosition(1, i + 1), EntryKind.Command, Payload(key, value)), out _);
            if ((i + 1) % PutsPerRun == 0) applier.Publish();
        }

        applier.Publish();
        using SnapshotCapture capture = applier.Capture();
        using FileStream file = File.Create(path);
        Write(capture, file);
        return file.Length;
    }

    /// <summary>The key of a number: 16 bytes that sort like it.</summary>
    public static void NameKey(Span<byte> key, int number)
    {
        "bench-"u8.CopyTo(key);
        for (int at = KeyBytes - 1; at >= KeyBytes - KeyLimit; at--, number /= 10) key[at] = (byte)('0' + (number % 10));
    }

    private static byte[] Payload(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        KeyValueCommand put = KeyValueCommand.Put(key, value);
        byte[] payload = new byte[SessionEnvelope.HeaderSize + put.Size];
        SessionEnvelope.WriteHeader(payload, 0, 0, 0);
        put.Write(payload.AsSpan(SessionEnvelope.HeaderSize));
        return payload;
    }

    private static void Write(SnapshotCapture capture, FileStream file)
    {
        var encoder = new SnapshotEncoder(capture.Last);
        var output = new ArrayBufferWriter<byte>();
        var piece = new ArrayBufferWriter<byte>();
        encoder.Begin(output);
        while (capture.WriteNext(piece, out SnapshotSection section))
        {
            encoder.Write(output, section, piece.WrittenSpan);
            file.Write(output.WrittenSpan);
            output.ResetWrittenCount();
            piece.ResetWrittenCount();
        }

        encoder.End(output);
        file.Write(output.WrittenSpan);
    }
}
