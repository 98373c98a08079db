namespace DEngine.Core;

/// <summary>Why a node may lack what it has once acknowledged. The numbers are on disk and on the wire: never renumber.</summary>
public enum RecoveryReason : byte
{
    /// <summary>It lacks nothing.</summary>
    None = 0,

    /// <summary>Its machine went down while acknowledged entries were not synced yet (memory-first persistence).</summary>
    UnsyncedLost = 1,

    /// <summary>Part of its log can no longer be read.</summary>
    Damaged = 2,
}
