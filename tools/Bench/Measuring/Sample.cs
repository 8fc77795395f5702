using System.Diagnostics;

namespace DataHub.Bench.Measuring;

/// <summary>One run of one side.</summary>
/// <param name="PerSecond">Operations a second of wall clock.</param>
/// <param name="CpuMicros">CPU time of the side's processes per operation, microseconds.</param>
/// <param name="ClientMicros">CPU time of whoever asks, per operation, microseconds: the process of the benchmark or its load generator.</param>
public sealed record Sample(double PerSecond, double CpuMicros, double ClientMicros)
{
    /// <summary>What a run came to.</summary>
    /// <param name="operations">Operations done.</param>
    /// <param name="elapsed">Wall clock.</param>
    /// <param name="cpu">CPU time of the processes that count.</param>
    /// <param name="client">CPU time of whoever asked.</param>
    public static Sample Of(long operations, TimeSpan elapsed, TimeSpan cpu, TimeSpan client) =>
        new(operations / elapsed.TotalSeconds, cpu.TotalMicroseconds / operations, client.TotalMicroseconds / operations);

    /// <summary>Times work, with the CPU of this process and of all it has started.</summary>
    /// <param name="operations">Operations the work does.</param>
    /// <param name="work">The work.</param>
    public static async Task<Sample> TakeAsync(long operations, Func<Task> work)
    {
        var (cpu, own, clock) = (CpuClock.Of(Environment.ProcessId), Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        await work();
        return Of(operations, clock.Elapsed, CpuClock.Of(Environment.ProcessId) - cpu, Environment.CpuUsage.TotalTime - own);
    }
}
