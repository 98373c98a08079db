namespace DEngine.Core;

/// <summary>What a log entry carries. The numbers are on disk and on the wire: never renumber.</summary>
public enum EntryKind : byte
{
    /// <summary>Empty: what a leader appends first in its term so that it can commit by counting (Raft §5.4.2, §8).</summary>
    Noop = 1,

    /// <summary>A client's command for the state machine, wrapped with its session (<see cref="SessionEnvelope"/>).</summary>
    Command = 2,

    /// <summary>Opens a client session; its identity is the index at which this entry is applied.</summary>
    RegisterSession = 3,

    /// <summary>Who the members are from here on (<see cref="ConfigurationFormat"/>): in effect as soon as it is in a log.</summary>
    Configuration = 4,
}
