using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DEngine;

/// <summary>Healthy while this node runs and knows a leader.</summary>
internal sealed class EngineHealthCheck(EngineHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!host.IsStarted) return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, "the engine has not been started"));
        EmbeddedEngine engine = host.Engine;
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["node_id"] = engine.NodeId,
            ["term"] = engine.Metrics.Term,
            ["commit_index"] = engine.Metrics.CommitIndex,
            ["applied_index"] = engine.Metrics.AppliedIndex,
        };
        if (engine.Metrics.DoubtIndex is > 0 and var doubt)
        {
            string differs = $"what is applied up to entry {doubt} differs from another node, and no majority has decided which is right";
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, differs, null, data));
        }

        return Task.FromResult(engine.Completion.IsCompleted
            ? new HealthCheckResult(context.Registration.FailureStatus, "the engine has stopped", null, data)
            : engine.Leader is { } leader
                ? HealthCheckResult.Healthy($"node {leader.NodeId} leads in term {leader.Term}", data)
                : new HealthCheckResult(context.Registration.FailureStatus, "no leader is known", null, data));
    }
}
