using System.Buffers;
using Grpc.Core;

namespace Grpc.Framing;

/// <summary>Holds one outgoing message with its header in a pooled array; used again for the next message of the stream.</summary>
internal sealed class FrameBuffer(int? maxMessageBytes) : SerializationContext, IBufferWriter<byte>, IDisposable
{
    private MemoryStream? _compressed;
    private byte[] _array = [];
    private int _written;
    private bool _completed;

    /// <summary>Header and message, until the next <see cref="Write{T}"/>.</summary>
    public ReadOnlyMemory<byte> Frame => _array.AsMemory(0, _written);

    /// <summary>Serializes a message in place of the one before.</summary>
    /// <param name="message">The message.</param>
    /// <param name="serialize">Its serializer.</param>
    /// <param name="compressor">Compresses it where that makes it shorter; null for never.</param>
    /// <exception cref="RpcException">Longer than allowed before it is compressed: RESOURCE_EXHAUSTED.</exception>
    public void Write<T>(T message, Action<T, SerializationContext> serialize, MessageCompressor? compressor = null)
    {
        _written = Wire.FrameHeaderBytes;
        _completed = false;
        serialize(message, this);
        if (!_completed)
        {
            throw new InvalidOperationException("The serializer did not complete its message.");
        }

        RefuseTooLong(_written - Wire.FrameHeaderBytes);
        var isCompressed = compressor is not null && TryCompress(compressor);
        FrameHeader.Write(_array, _written - Wire.FrameHeaderBytes, isCompressed);
    }

    public override void SetPayloadLength(int payloadLength)
    {
        RefuseTooLong(payloadLength);
        EnsureRoom(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete()
    {
        EnsureRoom(0);
        _completed = true;
    }

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        this.Write<byte>(payload);
        _completed = true;
    }

    void IBufferWriter<byte>.Advance(int count) => _written += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _array.AsMemory(_written);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _array.AsSpan(_written);
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        _written = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private bool TryCompress(MessageCompressor compressor)
    {
        var message = _array.AsSpan(Wire.FrameHeaderBytes, _written - Wire.FrameHeaderBytes);
        _compressed ??= new MemoryStream();
        _compressed.SetLength(0);
        compressor.Compress(message, _compressed);
        if (_compressed.Length >= message.Length)
        {
            return false;
        }

        _compressed.GetBuffer().AsSpan(0, (int)_compressed.Length).CopyTo(message);
        _written = Wire.FrameHeaderBytes + (int)_compressed.Length;
        return true;
    }

    private void RefuseTooLong(int payloadBytes)
    {
        if (payloadBytes > (maxMessageBytes ?? int.MaxValue))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }

    private void EnsureRoom(int more)
    {
        if (_array.Length - _written >= more && _array.Length > 0)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_written + more), Math.Min(2 * _array.Length, Array.MaxLength)));
        _array.AsSpan(0, Math.Min(_written, _array.Length)).CopyTo(larger);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
