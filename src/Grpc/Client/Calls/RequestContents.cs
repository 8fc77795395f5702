using System.Net;
using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>The body of a request with one message, serialized beforehand so that a refused message never starts a call.</summary>
internal sealed class SingleMessageContent : HttpContent
{
    private readonly FrameBuffer _buffer;

    private SingleMessageContent(FrameBuffer buffer)
    {
        _buffer = buffer;
        Headers.TryAddWithoutValidation("Content-Type", Wire.ContentType);
    }

    /// <exception cref="RpcException">The message is longer than allowed: RESOURCE_EXHAUSTED.</exception>
    public static SingleMessageContent Of<T>(T message, Action<T, SerializationContext> serialize, int? maxMessageBytes)
    {
        var buffer = new FrameBuffer(maxMessageBytes);
        buffer.Write(message, serialize);
        return new SingleMessageContent(buffer);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.Frame, cancellationToken);

        // Only here, after the last use, may the array go back: a response can come before the request has left.
        _buffer.Dispose();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>The body of a request whose messages are written as they come.</summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamingContent() => Headers.TryAddWithoutValidation("Content-Type", Wire.ContentType);

    /// <summary>Where messages go, once the request is on its way; cancelled where it ends before.</summary>
    public Task<Stream> OpenedAsync => _stream.Task;

    /// <summary>No more messages follow.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>The call is over: the rest of the request is given up.</summary>
    public void Abandon()
    {
        _stream.TrySetCanceled();
        _completed.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Sends the headers, so that the server can answer before the first message.
        await stream.FlushAsync(cancellationToken);
        _stream.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
