using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer writes one message. Either <see cref="Complete(byte[])"/>, or <see cref="GetBufferWriter"/> and then <see cref="Complete()"/>.</summary>
public abstract class SerializationContext
{
    /// <summary>A context.</summary>
    protected SerializationContext()
    {
    }

    /// <summary>Gives the whole message as an array.</summary>
    /// <param name="payload">The message's bytes.</param>
    /// <exception cref="NotSupportedException">The context does not take arrays.</exception>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException("This context takes no arrays.");

    /// <summary>The writer for the message; announcing the length before saves a copy.</summary>
    /// <exception cref="NotSupportedException">The context has no writer.</exception>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException("This context has no writer.");

    /// <summary>Announces the exact length, before <see cref="GetBufferWriter"/>.</summary>
    /// <param name="payloadLength">Bytes of the message.</param>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Says that the writer got the whole message.</summary>
    /// <exception cref="NotSupportedException">The context has no writer.</exception>
    public virtual void Complete() => throw new NotSupportedException("This context has no writer.");
}

/// <summary>Where a deserializer reads one message from; valid only until it returns.</summary>
public abstract class DeserializationContext
{
    /// <summary>A context.</summary>
    protected DeserializationContext()
    {
    }

    /// <summary>Bytes of the message.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy of the message's bytes.</summary>
    /// <exception cref="NotSupportedException">The context gives no arrays.</exception>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException("This context gives no arrays.");

    /// <summary>The message's bytes in the transport's buffers; not to be kept.</summary>
    /// <exception cref="NotSupportedException">The context gives no sequences.</exception>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotSupportedException("This context gives no sequences.");
}
