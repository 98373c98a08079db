
namespace DEngine.Server.Http;

/// <summary>What answers a path. HEAD goes where GET goes.</summary>
/// <param name="Method">The one method allowed.</param>
/// <param name="Handler">May throw <see cref="ApiException"/> and what the engine throws: the dispatcher turns them into answers.</param>
internal sealed record HttpRoute(string Method, Func<HttpContext, Task> Handler)
{
    public bool Allows(string method) => HttpMethods.Equals(method, Method) || (HttpMethods.IsGet(Method) && HttpMethods.IsHead(method));
}
