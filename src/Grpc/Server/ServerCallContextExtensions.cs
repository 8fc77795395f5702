using Grpc.AspNetCore.Server.Calls;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>What ASP.NET Core knows of a call.</summary>
public static class ServerCallContextExtensions
{
    internal const string HttpContextKey = "__HttpContext";

    /// <summary>The HTTP request of a call.</summary>
    /// <param name="serverCallContext">The call; a test double may keep an <see cref="HttpContext"/> in its user state under <c>__HttpContext</c>.</param>
    /// <exception cref="InvalidOperationException">The call did not come through ASP.NET Core.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is HttpServerCallContext call)
        {
            return call.HttpContext;
        }

        return serverCallContext.UserState.TryGetValue(HttpContextKey, out var kept) && kept is HttpContext httpContext
            ? httpContext
            : throw new InvalidOperationException("The call did not come through ASP.NET Core, so it has no HttpContext.");
    }
}
