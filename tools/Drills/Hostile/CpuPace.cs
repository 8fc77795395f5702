using System.Diagnostics;

namespace DataHub.Drills.Hostile;

/// <summary>Holds this process to a share of one core.</summary>
internal sealed class CpuPace(double share)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly TimeSpan _before = Environment.CpuUsage.TotalTime;

    public TimeSpan Used => Environment.CpuUsage.TotalTime - _before;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <summary>Waits until the CPU used so far is no more than the share.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var ahead = (Used / share) - Elapsed;
        return ahead < Least ? Task.CompletedTask : Task.Delay(ahead < Most ? ahead : Most, cancellationToken);
    }
}
