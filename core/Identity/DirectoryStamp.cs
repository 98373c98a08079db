namespace DEngine.Core;

/// <summary>What a node says of the directory that it runs on, in every greeting.</summary>
/// <param name="Directory">Which directory.</param>
/// <param name="Incarnation">In which of its lives.</param>
/// <param name="History">The history that its log belongs to.</param>
public readonly record struct DirectoryStamp(NodeIdentity Directory, Incarnation Incarnation, HistoryId History);
