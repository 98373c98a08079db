using DEngine.Core;

namespace DEngine.Simulation.World;

/// <summary>
/// One number for everything that happened in a run, in order. Two runs with the same number did the same; the number must not depend on the
/// machine, the runtime's version or the process.
/// </summary>
internal struct TraceHash
{
    private ulong _state;

    public readonly ulong Value => _state;

    public void Add(ulong value)
    {
        // FNV-1a over 64-bit words with a rotation, so that every bit of a word reaches every bit of the state after two words.
        _state = ulong.RotateLeft((_state ^ value) * 0x100000001B3, 23) + 0x9E3779B97F4A7C15;
    }

    public void Add(in SimulationEvent happened, TimeSpan now)
    {
        Add((ulong)now.Ticks);
        Add(((ulong)happened.Kind << 32) ^ ((ulong)(uint)happened.Node << 16) ^ (uint)happened.From);
        Add((ulong)happened.Number);
        if (happened.Frame is { Bytes: var bytes }) Add(((ulong)bytes.Length << 32) | Crc32C.Compute(bytes));
    }
}
