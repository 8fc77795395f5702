using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace DataHub.RawHttp2;

/// <summary>How to connect.</summary>
/// <param name="Tls">TLS; null = in the clear.</param>
/// <param name="From">Address to come from; null = the system's choice.</param>
/// <param name="AnswersPings">Whether PING is answered.</param>
internal sealed record PeerOptions(SslClientAuthenticationOptions? Tls = null, IPAddress? From = null, bool AnswersPings = true);

/// <summary>One HTTP/2 connection spoken by hand, for what no client library would send.</summary>
internal sealed class Http2Peer : IAsyncDisposable
{
    private const int FirstWindow = 65_535;
    private const ushort InitialWindowSetting = 4;

    private readonly Stream _stream;
    private readonly PeerOptions _options;
    private readonly CancellationToken _stop;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _pings = new(0);
    private readonly ConcurrentDictionary<int, Http2Reply> _replies = new();
    private readonly ConcurrentDictionary<int, SendWindow> _windows = new();
    private readonly SendWindow _window = new(FirstWindow);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goneAway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _streamWindow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Http2Peer(Stream stream, PeerOptions options, CancellationToken stop)
    {
        _stream = stream;
        _options = options;
        _stop = stop;
    }

    /// <summary>Completes when the server has closed the connection.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Completes when the server asks for no more streams.</summary>
    public Task GoneAway => _goneAway.Task;

    /// <summary>Pings of the server that were seen.</summary>
    public int PingsSeen => _pings.CurrentCount;

    /// <summary>Connects and shakes hands; with TLS where options are given.</summary>
    /// <exception cref="IOException">The server hung up.</exception>
    public static async Task<Http2Peer> ConnectAsync(Uri address, PeerOptions options, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(address, options, cancellationToken);
        var peer = new Http2Peer(stream, options, cancellationToken);

        // No memory of headers (SETTINGS_HEADER_TABLE_SIZE 0), and a wide window for the connection.
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frames.Frame(FrameType.Settings, 0, 0, [0, 1, 0, 0, 0, 0]), .. Frames.Frame(FrameType.WindowUpdate, 0, 0, [0x3F, 0, 0, 0])];
        try
        {
            await peer.WriteAsync(preface);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        _ = peer.ReadAllAsync();
        return peer;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync(_stop);
        try
        {
            await _stream.WriteAsync(bytes, _stop);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends a whole request in two frames; its reply fills as it comes. For what is longer than a frame: <see cref="UploadAsync"/>.</summary>
    public async Task<Http2Reply> RequestAsync(int streamId, IEnumerable<(string Name, string Value)> headers, byte[] body)
    {
        var reply = Expect(streamId);
        await WriteAsync(Frames.Frame(FrameType.Headers, Frames.EndHeaders, streamId, Hpack.Encode(headers)).Concat(Frames.Frame(FrameType.Data, Frames.EndStream, streamId, body)).ToArray());
        return reply;
    }

    /// <summary>Sends headers and leaves the request open.</summary>
    public async Task<Http2Reply> BeginAsync(int streamId, IEnumerable<(string Name, string Value)> headers)
    {
        var reply = Expect(streamId);
        await WriteAsync(Frames.Frame(FrameType.Headers, Frames.EndHeaders, streamId, Hpack.Encode(headers)));
        return reply;
    }

    /// <summary>Sends the body of a request that was begun, in frames, as fast as the server makes room; stops early where the server answers before.</summary>
    public async Task UploadAsync(int streamId, Http2Reply reply, ReadOnlyMemory<byte> body)
    {
        var window = _windows.GetOrAdd(streamId, new SendWindow(await _streamWindow.Task.WaitAsync(_stop)));
        while (!body.IsEmpty)
        {
            var most = await window.TakeAsync(Math.Min(body.Length, Frames.MostPayload), reply.Ended, _stop);
            var part = most == 0 ? 0 : await _window.TakeAsync(most, reply.Ended, _stop);
            if (part == 0)
            {
                return;
            }

            window.Grow(most - part);
            await WriteAsync(Frames.Frame(FrameType.Data, part == body.Length ? Frames.EndStream : (byte)0, streamId, body.Span[..part]));
            body = body[part..];
        }
    }

    /// <summary>Waits for so many pings of the server.</summary>
    public async Task PingedAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await _pings.WaitAsync(_stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await Closed;
        _writing.Dispose();
        _pings.Dispose();
    }

    private static async Task<Stream> OpenAsync(Uri address, PeerOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            if (options.From is { } from)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is not { } tls)
            {
                return stream;
            }

            var secure = new SslStream(stream);
            stream = secure;
            await secure.AuthenticateAsClientAsync(tls, cancellationToken);
            return secure;
        }
        catch
        {
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            socket.Dispose();
            throw;
        }
    }

    private Http2Reply Expect(int streamId)
    {
        var reply = _replies.GetOrAdd(streamId, _ => new Http2Reply());
        if (_closed.Task.IsCompleted)
        {
            // Whoever ended the others may have come before this one was there.
            reply.End();
        }

        return reply;
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
        catch (Exception end) when (end is IOException or AuthenticationException or ObjectDisposedException or OperationCanceledException)
        {
            _closed.TrySetResult();
        }
        catch (Exception end)
        {
            // What this peer does not understand is told to whoever waits for the end.
            _closed.TrySetException(end);
        }

        _streamWindow.TrySetResult(0);
        foreach (var reply in _replies.Values)
        {
            reply.End();
        }
    }

    private async Task TakeAsync(FrameType type, byte flags, int streamId, byte[] payload)
    {
        switch (type)
        {
            case FrameType.Settings when flags != Frames.Ack:
                _streamWindow.TrySetResult(InitialWindowOf(payload));
                await WriteAsync(Frames.Frame(FrameType.Settings, Frames.Ack, 0, []));
                break;
            case FrameType.Ping when flags != Frames.Ack:
                _pings.Release();
                await (_options.AnswersPings ? WriteAsync(Frames.Frame(FrameType.Ping, Frames.Ack, 0, payload)) : Task.CompletedTask);
                break;
            case FrameType.GoAway:
                _goneAway.TrySetResult();
                break;
            case FrameType.WindowUpdate:
                var window = streamId == 0 ? _window : _windows.GetValueOrDefault(streamId);
                window?.Grow(BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
            case FrameType.Headers or FrameType.Data or FrameType.RstStream when _replies.TryGetValue(streamId, out var reply):
                Take(reply, type, flags, payload);
                Forget(streamId, reply);
                break;
        }
    }

    // A long life of many streams keeps none of those that are over.
    private void Forget(int streamId, Http2Reply reply)
    {
        if (reply.Ended.IsCompleted)
        {
            _replies.TryRemove(streamId, out _);
            _windows.TryRemove(streamId, out _);
        }
    }

    private static int InitialWindowOf(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(settings) == InitialWindowSetting)
            {
                return BinaryPrimitives.ReadInt32BigEndian(settings[2..]);
            }
        }

        return FirstWindow;
    }

    private static void Take(Http2Reply reply, FrameType type, byte flags, byte[] payload)
    {
        if (type == FrameType.Headers)
        {
            reply.Headers.AddRange((flags & Frames.EndHeaders) != 0 ? Hpack.Decode(payload) : throw new NotSupportedException("Headers of more than one frame."));
        }
        else if (type == FrameType.Data)
        {
            reply.Data.AddRange(payload);
        }
        else if (!reply.Ended.IsCompleted)
        {
            reply.Reset = BinaryPrimitives.ReadUInt32BigEndian(payload);
        }

        if (type == FrameType.RstStream || (flags & Frames.EndStream) != 0)
        {
            reply.End();
        }
    }
}
