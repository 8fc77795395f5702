namespace Grpc.Core;

/// <summary>Told every method of a service by generated code; the base class takes none.</summary>
public class ServiceBinderBase
{
    /// <summary>A binder.</summary>
    public ServiceBinderBase()
    {
    }

    /// <summary>A unary method.</summary>
    /// <typeparam name="TRequest">Request message.</typeparam>
    /// <typeparam name="TResponse">Response message.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its handler; null where only the description is wanted.</param>
    /// <exception cref="NotSupportedException">This binder takes no such method.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotSupportedException("This binder takes no unary methods.");

    /// <summary>A client-streaming method.</summary>
    /// <typeparam name="TRequest">Request message.</typeparam>
    /// <typeparam name="TResponse">Response message.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its handler; null where only the description is wanted.</param>
    /// <exception cref="NotSupportedException">This binder takes no such method.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotSupportedException("This binder takes no client-streaming methods.");

    /// <summary>A server-streaming method.</summary>
    /// <typeparam name="TRequest">Request message.</typeparam>
    /// <typeparam name="TResponse">Response message.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its handler; null where only the description is wanted.</param>
    /// <exception cref="NotSupportedException">This binder takes no such method.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotSupportedException("This binder takes no server-streaming methods.");

    /// <summary>A duplex method.</summary>
    /// <typeparam name="TRequest">Request message.</typeparam>
    /// <typeparam name="TResponse">Response message.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="handler">Its handler; null where only the description is wanted.</param>
    /// <exception cref="NotSupportedException">This binder takes no such method.</exception>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw new NotSupportedException("This binder takes no duplex methods.");
}
