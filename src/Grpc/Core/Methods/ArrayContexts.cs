using System.Buffers;

namespace Grpc.Core;

/// <summary>Contexts over plain arrays, for whoever asks a contextual marshaller for <c>byte[]</c>.</summary>
internal static class ArrayContexts
{
    public static byte[] Serialize<T>(T message, Action<T, SerializationContext> serializer)
    {
        var context = new ToArray();
        serializer(message, context);
        return context.Payload ?? throw new InvalidOperationException("The serializer did not complete its message.");
    }

    public static T Deserialize<T>(byte[] payload, Func<DeserializationContext, T> deserializer) => deserializer(new FromArray(payload));

    private sealed class ToArray : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _writer = new();

        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;

        public override IBufferWriter<byte> GetBufferWriter() => _writer;

        public override void Complete() => Payload = _writer.WrittenSpan.ToArray();
    }

    private sealed class FromArray(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => [.. payload];

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
    }
}
