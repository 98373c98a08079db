namespace DEngine.Bench;

/// <summary>One request about the key of the given number.</summary>
internal delegate Task Request(int key);

/// <summary>A load: so many workers, each with one request under way at a time.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Workers">1 and up.</param>
/// <param name="RequestOf">What each worker asks.</param>
internal sealed record Scenario(string Name, int Workers, Func<int, Request> RequestOf);
