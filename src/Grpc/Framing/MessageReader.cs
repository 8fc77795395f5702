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
/// <param name="input">The stream of frames.</param>
/// <param name="maxMessageBytes">Longest message, compressed and not; null for no limit.</param>
/// <param name="encoding">What the peer's <c>grpc-encoding</c> says; null where there is none.</param>
/// <param name="encodings">Compressions that can be read; null for none.</param>
internal sealed class MessageReader(PipeReader input, int? maxMessageBytes, string? encoding, MessageEncodings? encodings = null) : DeserializationContext
{
    private readonly MessageEncodings _encodings = encodings ?? MessageEncodings.None;
    private ReadOnlySequence<byte> _payload;
    private bool _ended;

    /// <summary>Bytes that are here of a message of which more is awaited; 0 between messages.</summary>
    public long PendingBytes { get; private set; }

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Ends the read under way, or the next one, with <see cref="OperationCanceledException"/>; from any thread.</summary>
    public void Cancel() => input.CancelPendingRead();

    /// <summary>Waits for the next message or the end.</summary>
    /// <exception cref="RpcException">The frame is malformed, cut off, too long, compressed in an unknown way, or does not parse.</exception>
    /// <exception cref="OperationCanceledException">The token fired, or <see cref="Cancel"/> was called.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Received<T>> ReadAsync<T>(Func<DeserializationContext, T> deserialize, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            RefuseCancelled(result);
            if (TryTakeMessage(result, deserialize, out var message))
            {
                PendingBytes = 0;
                return new Received<T>(HasMessage: true, message);
            }

            if (result.IsCompleted)
            {
                return result.Buffer.IsEmpty ? default : throw CutOff();
            }

            PendingBytes = result.Buffer.Length;
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
            RefuseCancelled(result);
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

        if (!_ended)
        {
            await ReadEndAsync(cancellationToken);
        }

        return received.Message;
    }

    private static void RefuseCancelled(in ReadResult result)
    {
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The call was ended.");
        }
    }

    private static RpcException CutOff() => new(new Status(StatusCode.Internal, "Incomplete message."));

    private bool TryTakeMessage<T>(in ReadResult result, Func<DeserializationContext, T> deserialize, out T message)
    {
        var buffer = result.Buffer;
        message = default!;
        if (!FrameHeader.TryRead(buffer, maxMessageBytes, out var header))
        {
            return false;
        }

        if (header.IsCompressed)
        {
            _encodings.RefuseUnknown(encoding);
        }

        if (buffer.Length - Wire.FrameHeaderBytes < header.PayloadBytes)
        {
            return false;
        }

        var onTheWire = buffer.Slice(Wire.FrameHeaderBytes, header.PayloadBytes);
        message = header.IsCompressed ? ParseCompressed(onTheWire, deserialize) : Parse(onTheWire, deserialize);
        _ended = result.IsCompleted && buffer.Length == Wire.FrameHeaderBytes + header.PayloadBytes;
        input.AdvanceTo(onTheWire.End);
        return true;
    }

    private T ParseCompressed<T>(in ReadOnlySequence<byte> compressed, Func<DeserializationContext, T> deserialize)
    {
        using var decompressed = _encodings.Decompress(encoding!, compressed, maxMessageBytes);
        return Parse(decompressed.Bytes, deserialize);
    }

    private T Parse<T>(in ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserialize)
    {
        _payload = payload;
        try
        {
            return deserialize(this);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message could not be parsed.", exception));
        }
        finally
        {
            _payload = default;
        }
    }
}
