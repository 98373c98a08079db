namespace DEngine.Configuration;

/// <summary>Where the node can be watched (<c>[monitoring]</c>).</summary>
public sealed class MonitoringOptions
{
    /// <summary>Whether metrics are served on a port of their own. Default false.</summary>
    public bool PrometheusEnabled { get; set; }

    /// <summary>That port. Default 8081, range 1 to 65535.</summary>
    public int PrometheusPort { get; set; } = 8081;
}
