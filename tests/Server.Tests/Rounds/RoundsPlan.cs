using System.Globalization;

namespace DEngine.Server.Tests.Rounds;

/// <summary>What is done to a cluster. The same for the test and for <c>make rounds</c>, which says more through the environment.</summary>
/// <param name="Rounds">Kills of some nodes, restarted a while later.</param>
/// <param name="KillAllRounds">Kills of all three at once, after those.</param>
/// <param name="Victims">How many nodes such a round kills at once, which ones is drawn: 1, or 2, a majority; null: that is drawn too.</param>
/// <param name="Seed">Every choice that is made here; what threads and disks do is not in its hands.</param>
/// <param name="HistoryPath">Where the history is kept; null: nowhere, unless it is refused.</param>
internal sealed record RoundsPlan(int Rounds, int KillAllRounds, int? Victims, int Seed, string? HistoryPath)
{
    public static RoundsPlan FromEnvironment() => new(
        Number("DENGINE_ROUNDS") ?? 3,
        Number("DENGINE_KILL_ALL") ?? 1,
        Number("DENGINE_VICTIMS"),
        Number("DENGINE_SEED") ?? Random.Shared.Next(1_000_000),
        Text("DENGINE_HISTORY"));

    private static int? Number(string variable) =>
        Text(variable) is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    private static string? Text(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;
}
