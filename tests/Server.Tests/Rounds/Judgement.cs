using DEngine.Simulation.Checking;

namespace DEngine.Server.Tests.Rounds;

/// <summary>What a run showed.</summary>
/// <param name="Linearizability">Of the history, as <c>dengine-sim check --model kv</c> judges it.</param>
/// <param name="Lost">Acknowledged keys that a node does not have, or has with another value.</param>
internal sealed record Judgement(LinearizabilityResult Linearizability, IReadOnlyList<string> Lost)
{
    public bool IsGood => Linearizability.Verdict == Verdict.Linearizable && Lost.Count == 0;

    /// <summary>Reads the history from its file, as anyone else would.</summary>
    /// <param name="historyPath">In the format that the simulator's <c>check</c> reads.</param>
    /// <param name="acknowledged">What clients have been told is written.</param>
    /// <param name="found">What each node answers when it is asked for all of it.</param>
    public static Judgement Of(
        string historyPath, IReadOnlyDictionary<string, string> acknowledged, IEnumerable<IReadOnlyDictionary<string, string>> found)
    {
        using StreamReader file = new(historyPath);
        LinearizabilityResult result = LinearizabilityChecker.Check(HistoryReader.Read(file), LinearizabilityModel.KeyValue);
        string[] lost =
        [
            .. from node in found
               from key in acknowledged
               where node.GetValueOrDefault(key.Key) != key.Value
               select key.Key,
        ];
        return new Judgement(result, lost);
    }

    public override string ToString() => Lost.Count == 0
        ? Linearizability.ToString()
        : $"{Lost.Count} acknowledged keys are lost, first {Lost[0]}{Environment.NewLine}{Linearizability}";
}
