namespace Grpc.Core;

/// <summary>Messages that come in, one after the other. One reader at a time.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last successful <see cref="MoveNext"/> brought.</summary>
    T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Stops waiting; on a client it cancels the whole call.</param>
    /// <returns>False at the end of the stream.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Messages that go out. One write at a time.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Options of the writes that follow; null for the default.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; completes when the transport has room again (back-pressure).</summary>
    /// <param name="message">The message, not null.</param>
    /// <exception cref="InvalidOperationException">Another write is under way, or the stream is complete.</exception>
    Task WriteAsync(T message);

    /// <summary>Writes a message.</summary>
    /// <param name="message">The message, not null.</param>
    /// <param name="cancellationToken">Gives the write up; on a client it cancels the whole call.</param>
    /// <exception cref="NotSupportedException">This writer can't be cancelled and the token can.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? throw new NotSupportedException("Cancellation of stream writes is not supported by this writer.")
            : WriteAsync(message);
}

/// <summary>Requests that a client sends.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more requests follow.</summary>
    Task CompleteAsync();
}

/// <summary>Responses that a server sends.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
