using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DataHub.Bench.Measuring;
using DataHub.Kernel.Faults;

namespace DataHub.Bench.Rpc;

/// <summary>h2load of nghttp2 as the load: the same foreign client for both servers.</summary>
internal static partial class H2Load
{
    private const int Connections = 4;
    private const int Streams = 100;

    /// <summary>Sends a body to a path as often as asked and waits for all answers.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="bodyFile">File with the body of each request.</param>
    /// <param name="requests">How many.</param>
    /// <param name="serverProcessId">The process whose CPU is counted.</param>
    /// <exception cref="FaultException"><c>H2LOAD_MISSING</c>; <c>BENCH_FAILED</c>: not every request was answered.</exception>
    public static async Task<Sample> RunAsync(Uri url, string bodyFile, int requests, int serverProcessId)
    {
        var (server, all) = (CpuClock.Of(serverProcessId), CpuClock.Of(Environment.ProcessId));
        using var process = Start(
            "-n", Text(requests), "-c", Text(Connections), "-m", Text(Streams), "-t", "1", "-d", bodyFile, "-H", "content-type: application/grpc", "-H", "te: trailers", url.ToString());
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        // What everybody used beside the server: h2load, and next to nothing for who waits for it.
        (server, all) = (CpuClock.Of(serverProcessId) - server, CpuClock.Of(Environment.ProcessId) - all);
        var (perSecond, succeeded) = Read(output);
        if (succeeded != requests)
        {
            throw new FaultException(FaultKind.Unavailable, "BENCH_FAILED", string.Create(CultureInfo.InvariantCulture, $"Only {succeeded} of {requests} requests were answered."));
        }

        return Sample.Of(requests, TimeSpan.FromSeconds(requests / perSecond), server, all - server);
    }

    private static Process Start(params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("h2load", arguments) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new FaultException(FaultKind.Unavailable, "H2LOAD_MISSING", "h2load was not found; install it with: apt-get install -y nghttp2-client.", e);
        }
    }

    private static (double PerSecond, int Succeeded) Read(string output)
    {
        var (rate, done) = (Rate().Match(output), Succeeded().Match(output));
        return rate.Success && done.Success
            ? (double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(done.Groups[1].Value, CultureInfo.InvariantCulture))
            : (0, 0);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"finished in [^,]+, ([0-9.]+) req/s", RegexOptions.CultureInvariant)]
    private static partial Regex Rate();

    [GeneratedRegex(@"([0-9]+) succeeded", RegexOptions.CultureInvariant)]
    private static partial Regex Succeeded();
}
