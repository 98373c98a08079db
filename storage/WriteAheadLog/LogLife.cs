using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// What an opening of the log must know of the life before it: whether entries were acknowledged that only the memory of a machine had, and of which run of
/// that machine. The log of a node that has never lived otherwise than disk-first says nothing about it.
/// </summary>
/// <param name="BootId">Names one run of the machine; 0: everything acknowledged is synced.</param>
/// <param name="Recovery">Why the node was recovering.</param>
internal readonly record struct LogLife(long BootId, RecoveryReason Recovery)
{
    /// <summary>Entries are acknowledged before they are synced.</summary>
    public bool AcknowledgesUnsynced => BootId != 0;

    /// <summary>The life that begins with an opening.</summary>
    /// <param name="options">How the node is to live.</param>
    /// <param name="isDamaged">Part of the log cannot be read.</param>
    public LogLife Next(WriteAheadLogOptions options, bool isDamaged)
    {
        bool isLost = AcknowledgesUnsynced && BootId != options.BootId;
        RecoveryReason reason = isDamaged ? RecoveryReason.Damaged : Recovery == RecoveryReason.None && isLost ? RecoveryReason.UnsyncedLost : Recovery;
        return new LogLife(options.AcknowledgesUnsynced ? options.BootId : 0, reason);
    }

    public override string ToString()
    {
        string how = AcknowledgesUnsynced ? $"entries are acknowledged before they are synced, in run {BootId:x16} of the machine" : "everything acknowledged is synced";
        return Recovery == RecoveryReason.None ? how : $"{how}; recovering: {Recovery}";
    }
}
