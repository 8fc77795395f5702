using System.Diagnostics;
using System.Globalization;
using DataHub.Bench.Measuring;

namespace DataHub.Bench.Rpc;

/// <summary><c>bench rpc</c>: a unary echo under h2load, against Kestrel without anything moving the same bytes.</summary>
public static class RpcBench
{
    private const int ClientCalls = 100_000;

    /// <summary>Runs the benchmark.</summary>
    /// <param name="pairs">Pairs of runs, 5 or more.</param>
    /// <param name="requests">Requests of a run.</param>
    /// <param name="startServer">How to start a process that runs <see cref="EchoServer"/>, bare or not, with redirected standard streams.</param>
    public static async Task<BenchReport> RunAsync(int pairs, int requests, Func<bool, ProcessStartInfo> startServer)
    {
        var body = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(body, ServerUnderLoad.Frame);
            await using var floor = await ServerUnderLoad.StartAsync(startServer(true));
            await using var hub = await ServerUnderLoad.StartAsync(startServer(false));
            var measured = await Pairs.RunAsync("rpc", "calls/s", pairs, () => floor.LoadAsync(body, requests), () => hub.LoadAsync(body, requests));
            await hub.CallAsync(ClientCalls);
            var client = await hub.CallAsync(ClientCalls);
            return new BenchReport([measured],
            [
                ("hub's client", string.Create(CultureInfo.InvariantCulture, $"{client.PerSecond:N0} calls/s on one connection, {client.ClientMicros:0.0} us client CPU a call")),
            ]);
        }
        finally
        {
            File.Delete(body);
        }
    }
}
