using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DataHub.RawHttp2;

namespace Grpc.Tests.Support;

/// <summary>A server that takes one request on each connection, says GOAWAY without an error, this request included, and hangs up without an answer.</summary>
internal sealed class LeavingServer : IDisposable
{
    private const int PrefaceBytes = 24;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _requests;

    public LeavingServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Requests that came whole.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync();
                await ServeAsync(connection.GetStream());
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        await stream.ReadExactlyAsync(new byte[PrefaceBytes]);
        await stream.WriteAsync(Frames.Frame(FrameType.Settings, 0, 0, []));
        while (true)
        {
            var header = new byte[9];
            await stream.ReadExactlyAsync(header);
            await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadUInt32BigEndian(header) >> 8]);
            if ((FrameType)header[3] == FrameType.Settings && header[4] != Frames.Ack)
            {
                await stream.WriteAsync(Frames.Frame(FrameType.Settings, Frames.Ack, 0, []));
            }
            else if ((FrameType)header[3] == FrameType.Data && (header[4] & Frames.EndStream) != 0)
            {
                Interlocked.Increment(ref _requests);

                // The last stream taken, and NO_ERROR.
                await stream.WriteAsync(Frames.Frame(FrameType.GoAway, 0, 0, [.. header[5..], 0, 0, 0, 0]));
                return;
            }
        }
    }
}
