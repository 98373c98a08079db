using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace DEngine;

/// <summary>What the host application gives an engine beside its options.</summary>
public sealed record EngineServices
{
    /// <summary>Where the engine logs; null: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>
    /// Takes over sockets on the node's port on which HTTP is spoken, nothing read yet; false when it does not want one, which is closed then. Null: HTTP
    /// is refused.
    /// </summary>
    public Func<Socket, bool>? HttpConnections { get; init; }

    /// <summary>
    /// Called once when the node cannot go on: a broken invariant, or a disk that failed. It has stopped by itself and its process has to end, because
    /// memory may no longer agree with the disk. Null: the reason is logged and the process is ended at once.
    /// </summary>
    public Action<Exception>? OnFatal { get; init; }

    /// <summary>The run of the machine that memory-first persistence relies on; tests let power fail with it.</summary>
    internal long MachineRun { get; init; } = DEngine.MachineRun.Id;

    /// <summary>How long a leader that stops waits for its successor; tests on a busy machine have more patience than people.</summary>
    internal TimeSpan HandOverTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a request may take before it is given up. Above 0; default 5 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
