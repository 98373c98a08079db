using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DEngine.Configuration;

namespace DEngine.Server.CommandLine;

/// <summary>What came back: the status and the body as it was.</summary>
internal readonly record struct ClusterReply(HttpStatusCode Status, byte[] Body);

/// <summary>
/// Asks the cluster over HTTP: any node will do, the next one when one cannot be reached. A request is only repeated while it is certain that it has not been
/// carried out.
/// </summary>
internal sealed class ClusterClient : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly HttpClient _http;
    private readonly IReadOnlyList<NodeAddress> _endpoints;
    private readonly TimeSpan _timeout;

    public ClusterClient(IReadOnlyList<NodeAddress> endpoints, TimeSpan timeout)
    {
        _endpoints = endpoints;
        _timeout = timeout;
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => _http.Dispose();

    public Task<ClusterReply> GetAsync(string pathAndQuery, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, pathAndQuery, null, isRead: true, receive: null, cancellation);

    public Task<ClusterReply> PostAsync(string path, byte[] json, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, json, isRead: false, receive: null, cancellation);

    /// <summary>
    /// Asks for what may be large: it is handed on as it comes, and the time allowed is that between two pieces. An answer of status 200 has no body then.
    /// </summary>
    /// <exception cref="UnreachableException">Also when the connection broke off in the middle.</exception>
    public Task<ClusterReply> DownloadAsync(string path, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, isRead: true, receive, cancellation);

    /// <exception cref="UnreachableException">No certain answer in time; the message says from whom and what to do.</exception>
    private async Task<ClusterReply> SendAsync(
        HttpMethod method, string path, byte[]? json, bool isRead, Action<ReadOnlyMemory<byte>>? receive, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        string last = "";
        NodeAddress? hint = null;
        for (int turn = 0; ; turn++)
        {
            NodeAddress endpoint = hint ?? _endpoints[turn % _endpoints.Count];
            hint = null;
            TimeSpan left = _timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                throw Unreachable(last);

            (ClusterReply? reply, string failure, bool mayBeDone) =
                await TryAsync(endpoint, method, path, json, left, receive, cancellation).ConfigureAwait(false);
            if (reply is { } answered && !IsWorthRepeating(answered, path, ref hint, ref failure))
                return answered;
            if (mayBeDone && !isRead)
                throw new UnreachableException($"{failure}: it may or may not have happened; read it back before you repeat it");

            last = failure;
            bool isRoundOver = turn % _endpoints.Count == _endpoints.Count - 1;
            if (isRoundOver && hint is null)
                await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(ClusterReply? Reply, string Failure, bool MayBeDone)> TryAsync(
        NodeAddress endpoint, HttpMethod method, string path, byte[]? json, TimeSpan left, Action<ReadOnlyMemory<byte>>? receive,
        CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(left);
        try
        {
            using HttpRequestMessage request = new(method, $"http://{endpoint}{path}");
            if (json is not null)
                request.Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            HttpCompletionOption wait = receive is null ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead;
            using HttpResponseMessage response = await _http.SendAsync(request, wait, timeout.Token).ConfigureAwait(false);
            if (receive is not null && response.StatusCode == HttpStatusCode.OK)
            {
                await ReceiveAsync(endpoint, response, receive, timeout, cancellation).ConfigureAwait(false);
                return (new ClusterReply(response.StatusCode, []), "", false);
            }

            byte[] body = await response.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);
            return (new ClusterReply(response.StatusCode, body), "", false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return (null, $"{endpoint} cannot be reached", false);
        }
        catch (HttpRequestException)
        {
            return (null, $"{endpoint} broke the connection off", true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"{endpoint} gave no answer in time", true);
        }
    }

    private async Task ReceiveAsync(
        NodeAddress endpoint, HttpResponseMessage response, Action<ReadOnlyMemory<byte>> receive, CancellationTokenSource timeout,
        CancellationToken cancellation)
    {
        byte[] buffer = new byte[128 << 10];
        try
        {
            using Stream body = await response.Content.ReadAsStreamAsync(timeout.Token).ConfigureAwait(false);
            while (true)
            {
                timeout.CancelAfter(_timeout);
                int count = await body.ReadAsync(buffer, timeout.Token).ConfigureAwait(false);
                if (count == 0)
                    return;
                receive(buffer.AsMemory(0, count));
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or HttpIOException)
        {
            throw new UnreachableException($"{endpoint} broke the connection off in the middle; nothing is left of what had come. Try again, or another node");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new UnreachableException($"{endpoint} sent nothing for {_timeout.TotalSeconds:0.#} s, in the middle; nothing is left of what had come");
        }
    }

    /// <summary>Refusals that promise that nothing was done, and that may go away: no leader, not ready, overloaded; "ask the leader" of what only it can
    /// do.</summary>
    private static bool IsWorthRepeating(ClusterReply reply, string path, ref NodeAddress? hint, ref string failure)
    {
        bool isNotLeader = reply.Status == HttpStatusCode.Conflict && path is ("/transfer" or "/replace");
        if (!isNotLeader && reply.Status is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
            return false;

        ErrorAnswer? error = ReadError(reply);
        if (isNotLeader)
        {
            if (error?.Leader?.Address is not { } address || !NodeAddress.TryParse(address, out NodeAddress leader))
                return false;
            hint = leader;
        }
        failure = error?.Message ?? $"status {(int)reply.Status}";
        return true;
    }

    public static ErrorAnswer? ReadError(ClusterReply reply)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, ApiJson.Default.ErrorAnswer);
        }
        catch (JsonException)
        {
            string text = Encoding.UTF8.GetString(reply.Body.AsSpan(0, Math.Min(reply.Body.Length, 200)));
            return new ErrorAnswer("unexpected", $"status {(int)reply.Status}, and no answer of DEngine: {text.ReplaceLineEndings(" ")}", null);
        }
    }

    private UnreachableException Unreachable(string last) => new(
        $"the cluster at {string.Join(',', _endpoints)} could not be reached within {_timeout.TotalSeconds:0.#} s"
        + $"{(last.Length == 0 ? "" : $" (last: {last})")}: are the nodes running, and is --endpoints right?");
}

/// <summary>No certain answer: exit code 3.</summary>
internal sealed class UnreachableException(string message) : Exception(message);
