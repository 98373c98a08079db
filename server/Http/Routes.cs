using DEngine.Configuration;
using DEngine.Server.Metrics;

namespace DEngine.Server.Http;

/// <summary>Every path and what answers it.</summary>
internal static class Routes
{
    /// <summary>On the node's own port.</summary>
    public static Dictionary<string, HttpRoute> Api(NodeHandle node, RequestLimits limits, ReadConsistencyOptions reads, MetricsCollector metrics)
    {
        KeyValueApi keys = new(node, limits, reads);
        ClusterApi cluster = new(node, limits);
        Dictionary<string, HttpRoute> routes = Monitoring(cluster, metrics);
        routes.Add("/put", Post(keys.PutAsync));
        routes.Add("/get", Get(keys.GetAsync));
        routes.Add("/delete", Post(keys.DeleteAsync));
        routes.Add("/cas", Post(keys.SwapAsync));
        routes.Add("/scan", Get(keys.ScanAsync));
        routes.Add("/cluster", Get(cluster.ClusterAsync));
        routes.Add("/transfer", Post(cluster.TransferAsync));
        routes.Add("/snapshot", Get(new SnapshotApi(node).SnapshotAsync));
        routes.Add("/accept-loss", Post(cluster.AcceptLossAsync));
        routes.Add("/replace", Post(cluster.ReplaceAsync));
        routes.Add("/watch", Get(context => ClusterApi.NotInThisVersion(context, "watching keys is")));
        routes.Add("/join", Post(context => ClusterApi.NotInThisVersion(context, "membership changes are")));
        routes.Add("/promote", Post(context => ClusterApi.NotInThisVersion(context, "membership changes are")));
        routes.Add("/remove", Post(context => ClusterApi.NotInThisVersion(context, "membership changes are")));
        return routes;
    }

    /// <summary>On the port for metrics and health, when there is one: what shows state and changes none.</summary>
    public static Dictionary<string, HttpRoute> Monitoring(ClusterApi cluster, MetricsCollector metrics) => new(StringComparer.Ordinal)
    {
        ["/metrics"] = Get(context => MetricsAsync(context, metrics)),
        ["/healthz"] = Get(cluster.HealthAsync),
        ["/readyz"] = Get(cluster.ReadyAsync),
        ["/primary"] = Get(cluster.PrimaryAsync),
        ["/replica"] = Get(cluster.ReplicaAsync),
    };

    private static HttpRoute Get(Func<HttpContext, Task> handler) => new(HttpMethods.Get, handler);

    private static HttpRoute Post(Func<HttpContext, Task> handler) => new(HttpMethods.Post, handler);

    private static Task MetricsAsync(HttpContext context, MetricsCollector metrics)
    {
        PrometheusText page = new();
        metrics.WriteTo(page);
        ProcessMetrics.WriteTo(page);
        return ApiResponse.WriteTextAsync(context, PrometheusText.ContentType, page.ToUtf8());
    }
}
