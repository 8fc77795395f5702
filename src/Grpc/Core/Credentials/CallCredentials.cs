namespace Grpc.Core;

/// <summary>Adds metadata that proves who calls; asked before every call.</summary>
/// <param name="context">Which method of which service.</param>
/// <param name="metadata">What the call will carry; to be added to.</param>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>Which call credentials are asked for.</summary>
public class AuthInterceptorContext
{
    /// <summary>A call that can't be cancelled.</summary>
    /// <param name="serviceUrl">Address of the service: scheme, authority, service name.</param>
    /// <param name="methodName">Name of the method.</param>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <summary>A call.</summary>
    /// <param name="serviceUrl">Address of the service: scheme, authority, service name.</param>
    /// <param name="methodName">Name of the method.</param>
    /// <param name="cancellationToken">Fires when the call is cancelled or late.</param>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>Address of the service: scheme, authority, service name.</summary>
    public string ServiceUrl { get; }

    /// <summary>Name of the method.</summary>
    public string MethodName { get; }

    /// <summary>Fires when the call is cancelled or late.</summary>
    public CancellationToken CancellationToken { get; }
}

/// <summary>Credentials that travel as metadata of a call.</summary>
public abstract class CallCredentials
{
    private protected CallCredentials()
    {
    }

    /// <summary>Several credentials, asked in order.</summary>
    /// <param name="credentials">At least one.</param>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentOutOfRangeException.ThrowIfZero(credentials.Length, nameof(credentials));
        return new Composed([.. credentials]);
    }

    /// <summary>Credentials that a function adds.</summary>
    /// <param name="interceptor">Adds the metadata.</param>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new Intercepted(interceptor);
    }

    internal abstract Task AddToAsync(Metadata metadata, AuthInterceptorContext context);

    private sealed class Intercepted(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        internal override Task AddToAsync(Metadata metadata, AuthInterceptorContext context) => interceptor(context, metadata);
    }

    private sealed class Composed(CallCredentials[] parts) : CallCredentials
    {
        internal override async Task AddToAsync(Metadata metadata, AuthInterceptorContext context)
        {
            foreach (var part in parts)
            {
                await part.AddToAsync(metadata, context);
            }
        }
    }
}
