namespace DEngine.Core;

/// <summary>What one step of a <see cref="LogWork"/> has come to.</summary>
/// <param name="Ticket">Everything up to this ticket may be acknowledged; 0: nothing new.</param>
/// <param name="Synced">The step has synced.</param>
/// <param name="Refused">There was no room for the next batch.</param>
public readonly record struct LogStep(long Ticket, bool Synced, bool Refused);
