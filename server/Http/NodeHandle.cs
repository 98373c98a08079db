namespace DEngine.Server.Http;

/// <summary>The engine as the handlers see it: not there yet, there, going away. Any thread.</summary>
internal sealed class NodeHandle
{
    private volatile EmbeddedEngine? _engine;
    private volatile bool _isStopping;

    /// <summary>Null while it is starting.</summary>
    public EmbeddedEngine? Engine => _engine;

    public void Set(EmbeddedEngine engine) => _engine = engine;

    /// <summary>From now on this node is not ready, so that load balancers turn away before connections are cut.</summary>
    public void SetStopping() => _isStopping = true;

    /// <exception cref="ApiException">The node is still starting.</exception>
    public EmbeddedEngine Require() => _engine ?? throw new ApiException(ApiError.NotReady("this node is still starting; try again in a moment"));

    /// <exception cref="ApiException">The node is starting or stopping.</exception>
    public EmbeddedEngine RequireReady() =>
        _isStopping ? throw new ApiException(ApiError.NotReady("this node is stopping; ask another one")) : Require();
}
