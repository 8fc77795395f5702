using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The responses of a call. A write completes when Kestrel has room again, so a slow client holds the handler back.</summary>
internal sealed class ServerStreamWriter<T>(HttpServerCallContext call, Action<T, SerializationContext> serialize) : IServerStreamWriter<T>
    where T : class
{
    private int _writing;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (call.IsCancelled)
        {
            throw new OperationCanceledException("The call was ended.", call.CancellationToken);
        }

        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        return WriteOneAsync(message, cancellationToken);
    }

    private async Task WriteOneAsync(T message, CancellationToken cancellationToken)
    {
        try
        {
            var flush = (WriteOptions?.Flags & WriteFlags.BufferHint) is null or 0;
            call.Watch.WaitsForRoom = true;
            await call.Writer.WriteAsync(message, serialize, call.Compressor, flush, cancellationToken);
            call.Watch.Moved();
        }
        finally
        {
            call.Watch.WaitsForRoom = false;
            Volatile.Write(ref _writing, 0);
        }
    }
}
