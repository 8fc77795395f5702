using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>The requests of a call. A write completes when the connection has room again.</summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(
    ClientCall<TRequest, TResponse> call, StreamingContent content, FrameBuffer buffer, Action<TRequest, SerializationContext> serialize) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private const int Idle = 0;
    private const int Writing = 1;
    private const int Completed = 2;

    private int _state;

    public StreamingContent Content => content;

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

            buffer.Write(message, serialize);
            await SendAsync();
        }
        finally
        {
            Volatile.Write(ref _state, Idle);
        }
    }

    public Task CompleteAsync()
    {
        Enter(Completed);
        buffer.Dispose();
        content.Complete();
        return Task.CompletedTask;
    }

    private async Task SendAsync()
    {
        try
        {
            var stream = await content.OpenedAsync.WaitAsync(call.Token);
            await stream.WriteAsync(buffer.Frame, call.Token);
            if ((WriteOptions?.Flags & WriteFlags.BufferHint) is null or 0)
            {
                await stream.FlushAsync(call.Token);
            }
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
