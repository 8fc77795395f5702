namespace Grpc.Core;

/// <summary>The four kinds of calls.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary = 0,

    /// <summary>A stream of requests, one response.</summary>
    ClientStreaming = 1,

    /// <summary>One request, a stream of responses.</summary>
    ServerStreaming = 2,

    /// <summary>Streams both ways, independent of each other.</summary>
    DuplexStreaming = 3,
}

/// <summary>A method without its message types.</summary>
public interface IMethod
{
    /// <summary>Kind of call.</summary>
    MethodType Type { get; }

    /// <summary>Full name of the service, for example <c>datahub.v1.ExchangeService</c>.</summary>
    string ServiceName { get; }

    /// <summary>Name within the service.</summary>
    string Name { get; }

    /// <summary>Path of the request: <c>/service/method</c>.</summary>
    string FullName { get; }
}

/// <summary>A method of a service with the way its messages become bytes.</summary>
/// <typeparam name="TRequest">Request message.</typeparam>
/// <typeparam name="TResponse">Response message.</typeparam>
public class Method<TRequest, TResponse> : IMethod
{
    /// <summary>A method.</summary>
    /// <param name="type">Kind of call.</param>
    /// <param name="serviceName">Full name of the service.</param>
    /// <param name="name">Name within the service.</param>
    /// <param name="requestMarshaller">Bytes of requests.</param>
    /// <param name="responseMarshaller">Bytes of responses.</param>
    public Method(MethodType type, string serviceName, string name, Marshaller<TRequest> requestMarshaller, Marshaller<TResponse> responseMarshaller)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(requestMarshaller);
        ArgumentNullException.ThrowIfNull(responseMarshaller);
        Type = type;
        ServiceName = serviceName;
        Name = name;
        RequestMarshaller = requestMarshaller;
        ResponseMarshaller = responseMarshaller;
        FullName = $"/{serviceName}/{name}";
    }

    /// <summary>Kind of call.</summary>
    public MethodType Type { get; }

    /// <summary>Full name of the service.</summary>
    public string ServiceName { get; }

    /// <summary>Name within the service.</summary>
    public string Name { get; }

    /// <summary>Bytes of requests.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; }

    /// <summary>Bytes of responses.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; }

    /// <summary>Path of the request: <c>/service/method</c>.</summary>
    public string FullName { get; }
}
