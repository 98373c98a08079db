namespace DEngine.Core.Tests.Raft;

/// <summary>A message between two nodes, as it was when it left: entries are copied, the log may change under way.</summary>
internal sealed record Letter(uint From, uint To, object Message, Entry[] Entries);
