namespace DEngine.Core;

/// <summary>What a part of a snapshot holds. The numbers are on disk and travel: never renumber.</summary>
public enum SnapshotSection : byte
{
    /// <summary>Clients' sessions.</summary>
    Sessions = 1,

    /// <summary>A piece of the state machine's state, in the order in which it was written.</summary>
    State = 2,

    /// <summary>The end: nothing follows. Written by the storage.</summary>
    End = 3,

    /// <summary>A <see cref="SnapshotDigest"/>, behind the state.</summary>
    Digest = 4,

    /// <summary>Who the members are at its end (<see cref="ConfigurationFormat"/>), in front of everything else.</summary>
    Configuration = 5,
}
