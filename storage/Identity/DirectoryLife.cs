using DEngine.Core;

namespace DEngine.Storage;

/// <summary>A data directory in the life that begins.</summary>
/// <param name="Directory">Which directory; a new one where there was no log (Z4).</param>
/// <param name="Incarnation">In which of its lives, counted from 1.</param>
/// <param name="IsRepaired">One of the two copies of its identity was damaged, and both have been written anew.</param>
public readonly record struct DirectoryLife(NodeIdentity Directory, Incarnation Incarnation, bool IsRepaired = false);
