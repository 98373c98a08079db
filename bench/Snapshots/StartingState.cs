namespace DEngine.Bench;

/// <summary>What three servers begin with.</summary>
/// <param name="Executable">Path of <c>dengine</c>.</param>
/// <param name="Keys">Keys of their state.</param>
/// <param name="ValueBytes">Bytes of each value.</param>
/// <param name="EntriesBeforeSnapshot">Entries that call for a snapshot.</param>
internal sealed record StartingState(string Executable, int Keys, int ValueBytes, int EntriesBeforeSnapshot);
