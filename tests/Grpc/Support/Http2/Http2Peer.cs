using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;

namespace Grpc.Tests.Support.Http2;

/// <summary>Types of frames (RFC 9113 §6).</summary>
internal enum FrameType
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>What came back on a stream.</summary>
internal sealed class Http2Reply
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<(string Name, string Value)> Headers { get; } = [];

    public List<byte> Data { get; } = [];

    /// <summary>Error code, where the server reset the stream before its end.</summary>
    public uint? Reset { get; set; }

    /// <summary>Completes at the end of the stream, however it came.</summary>
    public Task Ended => _ended.Task;

    public IEnumerable<string> Values(string name) => Headers.Where(header => header.Name == name).Select(header => header.Value);

    public void End() => _ended.TrySetResult();
}

/// <summary>One HTTP/2 connection spoken by hand, for what no client library would send.</summary>
internal sealed class Http2Peer : IAsyncDisposable
{
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;
    public const byte Ack = 1;

    private readonly Stream _stream;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _pings = new(0);
    private readonly ConcurrentDictionary<int, Http2Reply> _replies = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goneAway = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Http2Peer(Stream stream) => _stream = stream;

    /// <summary>Completes when the server has closed the connection.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Completes when the server asks for no more streams.</summary>
    public Task GoneAway => _goneAway.Task;

    /// <summary>Pings of the server that were seen.</summary>
    public int PingsSeen => _pings.CurrentCount;

    private bool AnswersPings { get; init; } = true;

    /// <summary>Connects and shakes hands; with TLS where options are given.</summary>
    /// <exception cref="IOException">The server hung up.</exception>
    public static async Task<Http2Peer> ConnectAsync(Uri address, SslClientAuthenticationOptions? tls = null, bool answersPings = true)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls is not null)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsClientAsync(tls, TestContext.Current.CancellationToken);
            stream = secure;
        }

        var peer = new Http2Peer(stream) { AnswersPings = answersPings };

        // No memory of headers (SETTINGS_HEADER_TABLE_SIZE 0), and a wide window for the connection.
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(FrameType.Settings, 0, 0, [0, 1, 0, 0, 0, 0]), .. Frame(FrameType.WindowUpdate, 0, 0, [0x3F, 0, 0, 0])];
        await peer.WriteAsync(preface);
        _ = peer.ReadAllAsync();
        return peer;
    }

    public static byte[] Frame(FrameType type, byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8 | (byte)type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends a whole request; its reply fills as it comes.</summary>
    public async Task<Http2Reply> RequestAsync(int streamId, IEnumerable<(string Name, string Value)> headers, byte[] body)
    {
        var reply = _replies.GetOrAdd(streamId, _ => new Http2Reply());
        await WriteAsync(Frame(FrameType.Headers, EndHeaders, streamId, Hpack.Encode(headers)).Concat(Frame(FrameType.Data, EndStream, streamId, body)).ToArray());
        return reply;
    }

    /// <summary>Waits for so many pings of the server.</summary>
    public async Task PingedAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await _pings.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await Closed;
        _writing.Dispose();
        _pings.Dispose();
    }

    private async Task ReadAllAsync()
    {
        try
        {
            var header = new byte[9];
            while (true)
            {
                await _stream.ReadExactlyAsync(header);
                var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header) >> 8];
                await _stream.ReadExactlyAsync(payload);
                await TakeAsync((FrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            foreach (var reply in _replies.Values)
            {
                reply.End();
            }

            _closed.TrySetResult();
        }
    }

    private async Task TakeAsync(FrameType type, byte flags, int streamId, byte[] payload)
    {
        switch (type)
        {
            case FrameType.Settings when flags != Ack:
                await WriteAsync(Frame(FrameType.Settings, Ack, 0, []));
                break;
            case FrameType.Ping when flags != Ack:
                _pings.Release();
                await (AnswersPings ? WriteAsync(Frame(FrameType.Ping, Ack, 0, payload)) : Task.CompletedTask);
                break;
            case FrameType.GoAway:
                _goneAway.TrySetResult();
                break;
            case FrameType.Headers or FrameType.Data or FrameType.RstStream when _replies.TryGetValue(streamId, out var reply):
                Take(reply, type, flags, payload);
                break;
        }
    }

    private static void Take(Http2Reply reply, FrameType type, byte flags, byte[] payload)
    {
        if (type == FrameType.Headers)
        {
            Assert.True((flags & EndHeaders) != 0, "A test reads headers of one frame only.");
            reply.Headers.AddRange(Hpack.Decode(payload));
        }
        else if (type == FrameType.Data)
        {
            reply.Data.AddRange(payload);
        }
        else if (!reply.Ended.IsCompleted)
        {
            reply.Reset = BinaryPrimitives.ReadUInt32BigEndian(payload);
        }

        if (type == FrameType.RstStream || (flags & EndStream) != 0)
        {
            reply.End();
        }
    }
}
