using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Framing;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// Writes messages straight into the response's pipe. The gate decides between the handler and the deadline, which may
/// both want to end the response: nothing is written once one of them has closed it.
/// </summary>
internal sealed class ResponseWriter(HttpResponse response, int? maxMessageBytes) : SerializationContext, IBufferWriter<byte>, IDisposable
{
    /// <summary>Bytes that may wait for a flush, whatever the caller says: a client that takes nothing must hold its handler, not fill the memory.</summary>
    private const int MostUnflushedBytes = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly PipeWriter _pipe = response.BodyWriter;
    private Task _starting = Task.CompletedTask;
    private ArrayBufferWriter<byte>? _ofUnknownLength;
    private FrameBuffer? _compressed;
    private int _announcedBytes;
    private int _writtenBytes;
    private int _unflushedBytes;
    private bool _completed;
    private bool _closed;
    private bool _broken;

    /// <summary>Writes one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="serialize">Its serializer.</param>
    /// <param name="compressor">Compresses it; null for not at all.</param>
    /// <param name="flush">Whether it leaves now; where it is long it does in any case.</param>
    /// <param name="cancellationToken">Stops waiting for room.</param>
    /// <exception cref="InvalidOperationException">The response is closed.</exception>
    /// <exception cref="RpcException">Longer than allowed: RESOURCE_EXHAUSTED.</exception>
    public async ValueTask WriteAsync<T>(
        T message, Action<T, SerializationContext> serialize, MessageCompressor? compressor, bool flush, CancellationToken cancellationToken)
    {
        await StartAsync();
        if (compressor is null)
        {
            Append(message, serialize);
        }
        else
        {
            AppendCompressed(message, serialize, compressor);
        }

        if (flush || _unflushedBytes > MostUnflushedBytes)
        {
            _unflushedBytes = 0;
            await _pipe.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Sends the response headers at once.</summary>
    /// <exception cref="InvalidOperationException">The response is closed.</exception>
    public async Task SendHeadersAsync(Metadata headers)
    {
        lock (_gate)
        {
            RefuseIfClosed();
            RequestMetadata.Append(response.Headers, headers);
        }

        await StartAsync();
        await _pipe.FlushAsync();
    }

    /// <summary>Lets nothing be written from now on.</summary>
    /// <returns>False where it was closed before: then somebody else sends the status.</returns>
    public bool TryClose()
    {
        lock (_gate)
        {
            var first = !_closed;
            _closed = true;
            return first;
        }
    }

    /// <summary>Waits until a start under way is over, so that it can be known whether the status goes into headers or trailers.</summary>
    public Task WhenStartedAsync() => _starting;

    /// <summary>Frees what compression holds, once nothing is written any more.</summary>
    public void Dispose() => _compressed?.Dispose();

    public override void SetPayloadLength(int payloadLength)
    {
        RefuseTooLong(payloadLength);
        _announcedBytes = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_announcedBytes < 0)
        {
            return _ofUnknownLength = new ArrayBufferWriter<byte>();
        }

        WriteHeader(_announcedBytes);
        return this;
    }

    public override void Complete()
    {
        if (_ofUnknownLength is { } buffered)
        {
            _ofUnknownLength = null;
            WriteWhole(buffered.WrittenSpan);
        }

        _completed = true;
    }

    public override void Complete(byte[] payload)
    {
        WriteWhole(payload);
        _completed = true;
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        _writtenBytes += count;
        _pipe.Advance(count);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _pipe.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _pipe.GetSpan(sizeHint);

    private Task StartAsync()
    {
        // Kestrel wants the response started before the first GetSpan.
        lock (_gate)
        {
            RefuseIfClosed();
            return response.HasStarted ? Task.CompletedTask : _starting = response.StartAsync();
        }
    }

    private void Append<T>(T message, Action<T, SerializationContext> serialize)
    {
        lock (_gate)
        {
            RefuseIfClosed();
            (_announcedBytes, _writtenBytes, _completed) = (-1, 0, false);
            serialize(message, this);
            if (!_completed || _writtenBytes != _announcedBytes)
            {
                throw new InvalidOperationException("The serializer did not write the message it announced.");
            }

            _broken = false;
            _unflushedBytes += _writtenBytes;
        }
    }

    private void AppendCompressed<T>(T message, Action<T, SerializationContext> serialize, MessageCompressor compressor)
    {
        _compressed ??= new FrameBuffer(maxMessageBytes);
        _compressed.Write(message, serialize, compressor);
        lock (_gate)
        {
            RefuseIfClosed();
            _pipe.Write(_compressed.Frame.Span);
            _unflushedBytes += _compressed.Frame.Length;
        }
    }

    private void WriteWhole(ReadOnlySpan<byte> payload)
    {
        SetPayloadLength(payload.Length);
        WriteHeader(payload.Length);
        _pipe.Write(payload);
        _writtenBytes = payload.Length;
    }

    private void WriteHeader(int payloadBytes)
    {
        // Until the whole message follows, half a frame stands in the pipe, and no further message could be told from its rest.
        _broken = true;
        FrameHeader.Write(_pipe.GetSpan(Wire.FrameHeaderBytes), payloadBytes);
        _pipe.Advance(Wire.FrameHeaderBytes);
    }

    private void RefuseTooLong(int payloadBytes)
    {
        if (payloadBytes > (maxMessageBytes ?? int.MaxValue))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }

    private void RefuseIfClosed()
    {
        if (_closed || _broken)
        {
            throw new InvalidOperationException(_closed
                ? "Can't write the message because the request is complete."
                : "Can't write the message because a serializer left the one before unfinished.");
        }
    }
}
