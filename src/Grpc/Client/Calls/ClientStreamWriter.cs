using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>The requests of a call. A write completes when the connection has room again.</summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(
    ClientCall<TRequest, TResponse> call, MessageStreamBody body, int? maxMessageBytes, Action<TRequest, SerializationContext> serialize) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private const int Idle = 0;
    private const int Writing = 1;
    private const int Completed = 2;

    private FrameBuffer? _buffer;
    private int _state;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        Enter(Writing);
        using var stop = call.StopWith(cancellationToken);
        try
        {
            if (call.IsFinished)
            {
                throw call.Error();
            }

            var flags = WriteOptions?.Flags ?? default;
            var buffer = Buffer();
            buffer.Write(message, serialize, call.Compressor(flags));
            await SendAsync(buffer, (flags & WriteFlags.BufferHint) == 0);
        }
        finally
        {
            Volatile.Write(ref _state, Idle);
        }
    }

    public Task CompleteAsync()
    {
        Enter(Completed);
        _buffer?.Dispose();
        body.Complete();
        return Task.CompletedTask;
    }

    // One buffer serves all messages of a committed call; before, every message needs its own, because it may be sent again.
    private FrameBuffer Buffer() => body.IsCommitted ? _buffer ??= new FrameBuffer(maxMessageBytes) : new FrameBuffer(maxMessageBytes);

    private async Task SendAsync(FrameBuffer buffer, bool flush)
    {
        try
        {
            await body.SendAsync(buffer, flush, call.Token);
        }
        catch (Exception exception)
        {
            // The server's answer explains a broken request better than the broken request itself.
            await call.WhenAnsweredAsync();
            throw call.IsFinished ? call.Error() : new RpcException(TransportFailure.StatusOf(exception, isTls: false));
        }
    }

    private void Enter(int state)
    {
        var before = Interlocked.CompareExchange(ref _state, state, Idle);
        if (before != Idle)
        {
            throw new InvalidOperationException(before == Writing
                ? "Can't write the message because the previous write is in progress."
                : "Can't write the message because the request stream is complete.");
        }
    }
}
