using System.CommandLine;
using DEngine.Server.Http;

namespace DEngine.Server.CommandLine;

/// <summary>What a read may rely on.</summary>
internal static class ConsistencyOption
{
    public static Option<string?> Make()
    {
        Option<string?> option = new("--consistency")
        {
            Description = "What the read may rely on: linearizable, lease or eventual; as the node is configured when left out",
            HelpName = "POLICY",
        };
        option.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (result.Tokens.Count == 1 && !ConsistencyNames.TryParse(text, out _))
                result.AddError($"--consistency: found \"{text}\", allowed: {ConsistencyNames.Allowed}");
        });
        return option;
    }

    public static string Query(string? consistency) => consistency is null ? "" : $"&consistency={consistency}";
}
