using DEngine.Core;

namespace DEngine.Bench;

/// <summary>An entry is added to a log of 512 and removed again.</summary>
internal sealed class LogAppendTruncate : IWorkload
{
    private const int Held = 512;

    private readonly RaftLog _log = new();
    private readonly byte[] _payload = new byte[Sizes.Payload];

    public LogAppendTruncate()
    {
        while (_log.LastIndex < Held) Append();
    }

    public void Run()
    {
        Append();
        _log.TruncateFrom(Held + 1);
    }

    private void Append() => _log.Append(new Entry(new LogPosition(1, _log.LastIndex + 1), EntryKind.Command, _payload));
}
