using Grpc.Core;

namespace Grpc.Tests.Support;

/// <summary>A method whose messages are bytes, by a marshaller of its own that counts what it decodes.</summary>
internal sealed class Counted
{
    private int _decoded;

    public Counted() => Method = new Method<byte[], byte[]>(
        MethodType.DuplexStreaming, "datahub.probe.Counting", "Chat", new Marshaller<byte[]>(bytes => bytes, Decode), new Marshaller<byte[]>(bytes => bytes, Decode));

    public Method<byte[], byte[]> Method { get; }

    public int Decoded => Volatile.Read(ref _decoded);

    private byte[] Decode(byte[] bytes)
    {
        Interlocked.Increment(ref _decoded);
        return bytes;
    }
}

/// <summary>A service written by hand.</summary>
[BindServiceMethod(typeof(CountingService), nameof(Bind))]
internal sealed class CountingService(Func<IAsyncStreamReader<byte[]>, IServerStreamWriter<byte[]>, Task> handler)
{
    /// <summary>What the server decodes; of the one class of tests that uses it, whose tests run one after the other.</summary>
    public static Counted Decoded { get; } = new();

    /// <summary>The method for a client, counting apart from the server.</summary>
    public static Method<byte[], byte[]> Plain => new Counted().Method;

    public static void Bind(ServiceBinderBase binder, CountingService? service) =>
        binder.AddMethod(Decoded.Method, service is null ? null : new DuplexStreamingServerMethod<byte[], byte[]>(service.Chat));

    public Task Chat(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context) => handler(requests, responses);
}
