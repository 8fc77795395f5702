using System.Diagnostics;
using DataHub.Bench.Measuring;

namespace DataHub.Bench.Tests.Measuring;

public sealed class CpuClockTests
{
    [Fact]
    public async Task Of_ProcessThatLetAChildWork_CountsTheChild()
    {
        // The shell itself does nothing: its child counts until it is told to stop.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; echo done; read x'; echo over"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        Assert.Equal("done", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.True(CpuClock.Of(process.Id) > TimeSpan.Zero);
        await process.StandardInput.WriteLineAsync("stop");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Of_NoSuchProcess_IsNothing() => Assert.Equal(TimeSpan.Zero, CpuClock.Of(int.MaxValue));
}
