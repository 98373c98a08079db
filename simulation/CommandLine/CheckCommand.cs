using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DEngine.Simulation.Checking;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>check</c>: judges a history from anywhere.</summary>
internal static class CheckCommand
{
    private const string StandardInput = "-";
    private static readonly string[] Models = ["register", "cas", "kv"];
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="input">What <c>--history -</c> reads.</param>
    public static Command Create(Stream input)
    {
        var history = new Option<string>("--history")
        {
            Description = "The history, one JSON object a line; - reads standard input.",
            HelpName = "FILE",
            Required = true,
        };
        var model = new Option<string>("--model")
        {
            Description = "register: read, write; cas: and cas; kv: and append, delete.",
            Required = true,
        };
        model.AcceptOnlyFromAmong(Models);
        var configurationsMax = new Option<int>("--configurations-max")
        {
            Description = "Configurations of one key to remember before giving up as undecided; a million takes 100 MB at most.",
            HelpName = "N",
            DefaultValueFactory = _ => LinearizabilityOptions.DefaultConfigurationsMax,
        };
        configurationsMax.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
                given.AddError("--configurations-max must be 1 or more");
        });
        var json = new Option<bool>("--json") { Description = "Print the verdict as one JSON object." };

        const string Description = "Judge whether a history is linearizable. Exit code 0: it is; 1: it is not, or undecided; 2: wrong use.";
        var command = new Command("check", Description)
        {
            history,
            model,
            configurationsMax,
            json,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(history),
            parsed.GetRequiredValue(model),
            parsed.GetValue(configurationsMax),
            parsed.GetValue(json),
            input,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(
        string path, string modelName, int configurationsMax, bool asJson, Stream input, TextWriter output, TextWriter error)
    {
        LinearizabilityModel model = modelName switch
        {
            "register" => LinearizabilityModel.Register,
            "cas" => LinearizabilityModel.Cas,
            "kv" => LinearizabilityModel.KeyValue,
            _ => throw new InvalidOperationException($"no such model: {modelName}"),
        };

        string name = path == StandardInput ? "standard input" : path;
        History history;
        try
        {
            using Stream stream = path == StandardInput ? input : File.OpenRead(path);
            using var reader = new StreamReader(stream, StrictUtf8);
            history = HistoryReader.Read(reader);
        }
        catch (HistoryFormatException e)
        {
            error.WriteLine($"{name}:{e.LineNumber}: {e.Reason}");
            return ExitCodes.WrongUse;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException or ArgumentException)
        {
            error.WriteLine($"{name}: {e.Message}");
            return ExitCodes.WrongUse;
        }

        if (LinearizabilityChecker.FindForeign(history, model) is { } foreign)
        {
            error.WriteLine($"{name}: {foreign} is not an operation of the model {modelName}");
            return ExitCodes.WrongUse;
        }

        var options = new LinearizabilityOptions { ConfigurationsMax = configurationsMax };
        LinearizabilityResult result = LinearizabilityChecker.Check(history, model, options);
        output.WriteLine(asJson ? ToJson(result, modelName) : ToText(result));
        return result.Verdict == Verdict.Linearizable ? ExitCodes.Done : ExitCodes.No;
    }

    private static string ToText(LinearizabilityResult result) =>
        result.Verdict == Verdict.Undecided ? $"{result} (see --configurations-max)" : result.ToString();

    private static string ToJson(LinearizabilityResult result, string modelName)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("verdict", result.Verdict switch
            {
                Verdict.Linearizable => "linearizable",
                Verdict.NotLinearizable => "not_linearizable",
                Verdict.Undecided => "undecided",
                _ => throw new InvalidOperationException($"no such verdict: {result.Verdict}"),
            });
            json.WriteString("model", modelName);
            json.WriteNumber("operations", result.OperationCount);
            json.WriteNumber("keys", result.KeyCount);
            json.WriteNumber("configurations", result.Configurations);
            WriteStrings(json, "violating_keys", result.ViolatingKeys);
            WriteStrings(json, "undecided_keys", result.UndecidedKeys);
            if (result.Violation is { } violation)
            {
                json.WriteStartObject("violation");
                json.WriteString("key", violation.Key);
                json.WriteNumber("process", violation.Unplaceable.Process);
                json.WriteNumber("invoked_at", violation.Unplaceable.InvokedAtNanoseconds);
                if (violation.Unplaceable.CompletedAtNanoseconds is { } completedAt)
                    json.WriteNumber("completed_at", completedAt);
                json.WriteString("operation", violation.Unplaceable.ToString());
                json.WriteBoolean("is_earliest", violation.IsEarliest);
                json.WriteNumber("placed", violation.Placed.Count);
                WriteStrings(json, "concurrent", violation.Concurrent.Select(o => o.ToString()));
                json.WriteString("explanation", violation.Explanation);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
