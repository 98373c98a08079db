namespace DEngine.Storage;

/// <summary>What a record of the log says. The numbers are on disk: never renumber.</summary>
internal enum RecordKind : byte
{
    /// <summary>
    /// One entry. An index that is there already takes its place and forgets what followed: truncation and new entry in one record.
    /// </summary>
    Entry = 1,

    /// <summary>Term and vote.</summary>
    HardState = 2,

    /// <summary>Every entry from the index on is forgotten.</summary>
    Truncate = 3,

    /// <summary>One entry that begins the log anew, whatever its index: a snapshot covers what came before.</summary>
    Restart = 4,

    /// <summary>Entries before the index are not needed any more, nor are segments before the one given.</summary>
    Drop = 5,

    /// <summary>How the node lives from here on: <see cref="LogLife"/>.</summary>
    Life = 6,

    /// <summary>Records were here that cannot be read any more; the payload covers their place, and the term is what the next record is chained to.</summary>
    Lost = 7,

    /// <summary>One entry that was lost, put back where it was: takes the place of what is there at its index, and forgets nothing that follows.</summary>
    Fill = 8,
}
