using System.Globalization;
using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Tests.Checking;

/// <summary>Histories as short texts, one event a line: <c>2 invoke write 3</c>, <c>2 ok</c>, <c>5 ok 1</c>; all for one key.</summary>
internal static class Script
{
    public const string Key = "x";

    public static History Parse(string text)
    {
        var recorder = new HistoryRecorder();
        int instant = 0;
        foreach (string line in text.Split(['\n', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            long process = long.Parse(words[0], CultureInfo.InvariantCulture);
            var now = TimeSpan.FromMilliseconds(++instant);
            HistoryValue Value(int index) => index < words.Length ? ParseValue(words[index]) : HistoryValue.Null;
            switch (words[1])
            {
                case "ok":
                    recorder.Ok(process, now, Value(2));
                    break;
                case "fail":
                    recorder.Fail(process, now);
                    break;
                case "info":
                    recorder.Info(process, now);
                    break;
                case "invoke" when words[2] == "cas":
                    recorder.InvokeCas(process, Key, Value(3), Value(4), now);
                    break;
                case "invoke":
                    recorder.Invoke(process, Enum.Parse<HistoryFunction>(words[2], ignoreCase: true), Key, Value(3), now);
                    break;
                default:
                    throw new FormatException(line);
            }
        }

        return recorder.ToHistory();
    }

    public static Verdict Judge(string text, LinearizabilityModel model = LinearizabilityModel.KeyValue) =>
        LinearizabilityChecker.Check(Parse(text), model).Verdict;

    private static HistoryValue ParseValue(string word) =>
        word == "null" ? HistoryValue.Null
        : long.TryParse(word, CultureInfo.InvariantCulture, out long number) ? HistoryValue.From(number)
        : HistoryValue.From(word.Trim('"'));
}
