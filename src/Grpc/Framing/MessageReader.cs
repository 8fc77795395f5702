using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Grpc.Framing;

/// <summary>What a read brought: a message, or the end of the stream.</summary>
/// <typeparam name="T">Message.</typeparam>
/// <param name="HasMessage">False at the end of the stream.</param>
/// <param name="Message">The message, where there is one.</param>
internal readonly record struct Received<T>(bool HasMessage, T Message);

/// <summary>
/// Reads length-prefixed messages from a pipe, for servers and clients alike. Messages are parsed where they lie in the pipe's buffers.
/// One reader at a time.
/// </summary>
internal sealed class MessageReader(PipeReader input, int? maxMessageBytes, string? encoding) : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Waits for the next message or the end.</summary>
    /// <exception cref="RpcException">The frame is malformed, cut off, too long, compressed in an unknown way, or does not parse.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Received<T>> ReadAsync<T>(Func<DeserializationContext, T> deserialize, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            if (TryTakeMessage(result.Buffer, deserialize, out var message))
            {
                return new Received<T>(HasMessage: true, message);
            }

            if (result.IsCompleted)
            {
                return result.Buffer.IsEmpty ? default : throw CutOff();
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Waits for the end of a stream that has brought its one message.</summary>
    /// <exception cref="RpcException">More bytes came: INTERNAL.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReadEndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            if (!result.Buffer.IsEmpty)
            {
                throw new RpcException(new Status(StatusCode.Internal, "Additional data after the message received."));
            }

            if (result.IsCompleted)
            {
                return;
            }

            input.AdvanceTo(result.Buffer.End);
        }
    }

    /// <summary>The one message of a stream that must hold exactly one.</summary>
    /// <exception cref="RpcException">None or more than one: INTERNAL.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T> ReadSingleAsync<T>(Func<DeserializationContext, T> deserialize, CancellationToken cancellationToken)
    {
        var received = await ReadAsync(deserialize, cancellationToken);
        if (!received.HasMessage)
        {
            throw CutOff();
        }

        await ReadEndAsync(cancellationToken);
        return received.Message;
    }

    private static RpcException CutOff() => new(new Status(StatusCode.Internal, "Incomplete message."));

    private bool TryTakeMessage<T>(in ReadOnlySequence<byte> buffer, Func<DeserializationContext, T> deserialize, out T message)
    {
        message = default!;
        if (!FrameHeader.TryRead(buffer, maxMessageBytes, out var header))
        {
            return false;
        }

        RefuseCompressed(header);
        if (buffer.Length - Wire.FrameHeaderBytes < header.PayloadBytes)
        {
            return false;
        }

        _payload = buffer.Slice(Wire.FrameHeaderBytes, header.PayloadBytes);
        message = Parse(deserialize);
        input.AdvanceTo(_payload.End);
        _payload = default;
        return true;
    }

    private T Parse<T>(Func<DeserializationContext, T> deserialize)
    {
        try
        {
            return deserialize(this);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message could not be parsed.", exception));
        }
    }

    private void RefuseCompressed(FrameHeader header)
    {
        if (!header.IsCompressed)
        {
            return;
        }

        throw new RpcException(encoding is null or Wire.Identity
            ? new Status(StatusCode.Internal, "A message is flagged as compressed, but no encoding was named.")
            : new Status(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'."));
    }
}
