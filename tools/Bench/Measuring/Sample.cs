using System.Diagnostics;

namespace DataHub.Bench.Measuring;

/// <summary>One run of one side.</summary>
/// <param name="PerSecond">Operations a second of wall clock.</param>
/// <param name="CpuMicros">CPU time of the side's processes per operation, microseconds.</param>
public sealed record Sample(double PerSecond, double CpuMicros)
{
    /// <summary>What a run came to.</summary>
    /// <param name="operations">Operations done.</param>
    /// <param name="elapsed">Wall clock.</param>
    /// <param name="cpu">CPU time of the processes that count.</param>
    public static Sample Of(long operations, TimeSpan elapsed, TimeSpan cpu) =>
        new(operations / elapsed.TotalSeconds, cpu.TotalMicroseconds / operations);

    /// <summary>Times work, with the CPU of this process and of all it has started.</summary>
    /// <param name="operations">Operations the work does.</param>
    /// <param name="work">The work.</param>
    public static async Task<Sample> TakeAsync(long operations, Func<Task> work)
    {
        var (cpu, clock) = (CpuClock.Of(Environment.ProcessId), Stopwatch.StartNew());
        await work();
        return Of(operations, clock.Elapsed, CpuClock.Of(Environment.ProcessId) - cpu);
    }
}
