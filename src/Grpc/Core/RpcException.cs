namespace Grpc.Core;

/// <summary>A call that did not end with <see cref="StatusCode.OK"/>. Thrown by clients; a handler throws it to choose status and trailers.</summary>
public class RpcException : Exception
{
    /// <summary>A failed call.</summary>
    /// <param name="status">How it ended.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>A failed call with its own exception message.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="message">Message of the exception; does not travel.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>A failed call with trailers.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="trailers">Metadata sent or received with the status, for example <c>grpc-status-details-bin</c>.</param>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>A failed call with trailers and its own exception message.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="trailers">Metadata sent or received with the status.</param>
    /// <param name="message">Message of the exception; does not travel.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is null.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>Code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Metadata that came, or is to go, with the status; never null.</summary>
    public Metadata Trailers { get; }
}
