using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DEngine.Simulation.Checking;

namespace DEngine.Server.Tests.Rounds;

/// <summary>Over HTTP to one node, whether it leads or not.</summary>
internal sealed class HttpStoreClient(string endpoint) : IStoreClient
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{endpoint}"),
        Timeout = TimeSpan.FromSeconds(8),
    };

    public async Task<StoreAnswer> RunAsync(StoreCommand command)
    {
        try
        {
            using HttpResponseMessage response = await SendAsync(command);
            if (command.Function == HistoryFunction.Read && response.StatusCode == HttpStatusCode.NotFound) return StoreAnswer.Ok;
            if (response.StatusCode == HttpStatusCode.GatewayTimeout) return StoreAnswer.UnknownOf(command);
            if (response.StatusCode != HttpStatusCode.OK) return Refused(response.StatusCode);
            using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return command.Function switch
            {
                HistoryFunction.Read => new StoreAnswer(HistoryEventType.Ok, answer.RootElement.GetProperty("value").GetString()),
                HistoryFunction.Cas when !answer.RootElement.GetProperty("succeeded").GetBoolean() => StoreAnswer.Fail,
                _ => StoreAnswer.Ok,
            };
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // Nobody took the connection, so nothing was sent.
            return StoreAnswer.Fail;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
        {
            return StoreAnswer.UnknownOf(command);
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the API promises to have left undone; any other status is a mistake of the node and ends the run.</summary>
    private static StoreAnswer Refused(HttpStatusCode status) =>
        status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
            ? StoreAnswer.Fail
            : throw new InvalidOperationException($"the node answered {(int)status} to a request that is in order");

    private Task<HttpResponseMessage> SendAsync(StoreCommand command) => command.Function switch
    {
        HistoryFunction.Read => _http.GetAsync(new Uri($"/get?consistency=linearizable&key={command.Key}", UriKind.Relative)),
        HistoryFunction.Write => PostAsync("/put", new { key = command.Key, value = command.Value }),
        HistoryFunction.Delete => PostAsync("/delete", new { key = command.Key }),
        HistoryFunction.Cas => PostAsync("/cas", new { key = command.Key, expected = command.Expected, value = command.Value }),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.Function, "not an operation of the store"),
    };

    private Task<HttpResponseMessage> PostAsync<T>(string path, T body) => _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
}
