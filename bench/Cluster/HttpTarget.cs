using System.Net;
using System.Text;

namespace DEngine.Bench;

/// <summary>Load over HTTP: a kept-open connection for each worker, to the nodes in turn.</summary>
internal sealed class HttpTarget(IReadOnlyList<string> endpoints) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    public Request Put(int worker)
    {
        var uri = new Uri($"http://{endpoints[worker % endpoints.Count]}/put");
        return async key =>
        {
            using var body = new ByteArrayContent(Encoding.UTF8.GetBytes($"{{\"key\":\"{Keys.Texts[key]}\",\"value\":\"{Keys.ValueText}\"}}"));
            using HttpResponseMessage response = await _http.PostAsync(uri, body);
            response.EnsureSuccessStatusCode();
        };
    }

    public Request Get(int worker)
    {
        string prefix = $"http://{endpoints[worker % endpoints.Count]}/get?consistency=linearizable&key=";
        return async key =>
        {
            using HttpResponseMessage response = await _http.GetAsync(new Uri(prefix + Keys.Texts[key]));

            // That there is no such key is an answer like any other.
            if (response.StatusCode != HttpStatusCode.NotFound) response.EnsureSuccessStatusCode();
        };
    }

    public void Dispose() => _http.Dispose();
}
