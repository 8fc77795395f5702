using System.Diagnostics;
using System.Globalization;
using DataHub.Bench.Measuring;
using Google.Protobuf;
using Grpc.Net.Client;

namespace DataHub.Bench.Rpc;

/// <summary>A server in a process of its own, so that its CPU can be told from everybody else's.</summary>
internal sealed class ServerUnderLoad : IAsyncDisposable
{
    private static readonly ByteString Payload = ByteString.CopyFrom(new byte[64]);

    private readonly Process _process;
    private readonly Uri _address;

    private ServerUnderLoad(Process process, Uri address)
    {
        _process = process;
        _address = address;
    }

    /// <summary>The body of a request: one frame with an echo message.</summary>
    public static byte[] Frame
    {
        get
        {
            var message = new EchoMessage { Payload = Payload }.ToByteArray();
            return [0, 0, 0, 0, (byte)message.Length, .. message];
        }
    }

    public static async Task<ServerUnderLoad> StartAsync(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        var server = new ServerUnderLoad(process, new Uri($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}"));
        await server.RequireEchoAsync();
        return server;
    }

    public Task<Sample> LoadAsync(string bodyFile, int requests) => H2Load.RunAsync(new Uri(_address, "datahub.bench.Echo/Say"), bodyFile, requests, _process.Id);

    /// <summary>The hub's own client: CPU of a unary call with a hundred under way on one connection.</summary>
    public async Task<Sample> CallAsync(int calls)
    {
        using var channel = GrpcChannel.ForAddress(_address);
        var (echo, request, next) = (new Echo.EchoClient(channel), new EchoMessage { Payload = Payload }, 0);
        return await Sample.TakeAsync(calls, () => Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) <= calls)
            {
                await echo.SayAsync(request);
            }
        })));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // h2load counts answers, not what they say.
    private async Task RequireEchoAsync()
    {
        using var channel = GrpcChannel.ForAddress(_address);
        var reply = await new Echo.EchoClient(channel).SayAsync(new EchoMessage { Payload = Payload });
        if (reply.Payload != Payload)
        {
            throw new InvalidOperationException("The server does not echo.");
        }
    }
}
