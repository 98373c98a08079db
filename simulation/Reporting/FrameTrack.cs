using DEngine.Core;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Reporting;

/// <summary>Every frame that was sent: what it carried and which row sent it. What became of it is in the rows.</summary>
internal sealed class FrameTrack
{
    private readonly MessageDecoder _decoder = new();
    private readonly List<SentFrame> _frames = [];
    private readonly List<MessageKind> _kinds = [];
    private readonly List<int> _bytes = [];
    private readonly List<int> _rows = [];
    private readonly List<long> _numbers = [];

    public int Count => _frames.Count;

    public IReadOnlyList<SentFrame> Frames => _frames;

    public IReadOnlyList<MessageKind> Kinds => _kinds;

    public IReadOnlyList<int> Bytes => _bytes;

    /// <summary>The row that sent each frame.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>The fields of all frames, one behind the other; a kind has as many as <see cref="FrameFields"/> writes for it.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    public void Add(in SentFrame frame, ReadOnlySpan<byte> bytes)
    {
        var fields = new FrameFields(_numbers);
        DecodeError error = _decoder.DecodePeerMessage(bytes, ref fields);
        if (error != DecodeError.None) throw new InvalidOperationException($"frame {frame.Name} that was just encoded does not decode: {error}");
        _frames.Add(frame);
        _kinds.Add((MessageKind)bytes[FrameFormat.HeaderBytes]);
        _bytes.Add(bytes.Length);
    }

    /// <summary>Everything that was sent since the last call was sent by this row.</summary>
    public void SetRow(int row)
    {
        while (_rows.Count < _frames.Count) _rows.Add(row);
    }
}
