namespace DEngine.Storage;

/// <summary>
/// Whether a log that is read back has everything that its node has ever acknowledged. Kept with the copy of term and vote: the log itself cannot say it where
/// it is damaged. The copy says "whole" later than the log does, and anything else earlier. The numbers are on disk: never renumber.
/// </summary>
internal enum LogStanding : byte
{
    /// <summary>Nobody has said; an earlier version wrote it.</summary>
    Unknown = 0,

    /// <summary>It has, but for what is damaged.</summary>
    Whole = 1,

    /// <summary>It has, but for what was damaged when this was written, and peers may give back; nothing has taken the place of what is behind.</summary>
    MayBeFilled = 2,

    /// <summary>It may lack more than damage explains: a recovery is under way, or acknowledged entries are not synced.</summary>
    Incomplete = 3,
}
