namespace DEngine.Simulation.Plans;

/// <summary>What a client can ask for.</summary>
public enum ClientFunction : byte
{
    /// <summary>The value of a key.</summary>
    Read,

    /// <summary>Replaces a value.</summary>
    Write,

    /// <summary>Replaces a value if it is what the client expects.</summary>
    Cas,

    /// <summary>Removes a key.</summary>
    Delete,

    /// <summary>Adds a text of its own to the end of a value: whoever reads the value reads the order of all appends.</summary>
    Append,

    /// <summary>Counts one up and gives the new count: what is counted twice shows. Only on counters (<see cref="WorkloadPlan.IsCounter"/>).</summary>
    Add,

    /// <summary>Every key with a prefix, as of one instant.</summary>
    Scan,
}
