using System.Diagnostics;
using System.Globalization;
using DataHub.Drills.Hostile.Attacks;

namespace DataHub.Drills.Hostile;

/// <summary>One row: the honest alone, the honest with the attackers, the hub afterwards.</summary>
internal sealed class HostileRow(Attack attack, HubUnderAttack hub, HonestClients honest, HubHealth health, HostileOptions options)
{
    private const int ShownFailures = 3;

    // For a first honest call, where a small attack was over before one was answered.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<string> _losses = [];

    public async Task<(IReadOnlyList<string> Lines, IReadOnlyList<string> Losses)> RunAsync(AttackProcess attackers, CancellationToken cancellationToken)
    {
        var alone = await WatchAsync(() => Task.Delay(Rest, cancellationToken));
        var rss = hub.Rss;
        hub.ForgetPeak();
        var report = new AttackReport([], [], [], 0, 1);
        var during = await WatchAsync(async () => report = await attackers.RunAsync(cancellationToken));
        var after = await WatchAsync(() => Task.Delay(Rest, cancellationToken));

        // What attackers leave behind all at once may cost more than what they held.
        var peak = hub.PeakRss;
        Judge(alone, during, after, report, peak - rss, await health.IsServingAsync(cancellationToken));
        return (Lines(alone, during, after, report, rss, peak), _losses);
    }

    // Long enough for a slowest hundredth of several calls.
    private TimeSpan Rest => options.Scale < 1 ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromSeconds(5);

    private async Task<Watched> WatchAsync(Func<Task> act)
    {
        honest.Take();
        var (clock, cpu) = (Stopwatch.GetTimestamp(), hub.Cpu);
        await act();
        await honest.AnsweredAsync(Patience);
        var elapsed = Stopwatch.GetElapsedTime(clock);
        var (calls, newcomers) = honest.Take();
        return new Watched(calls, newcomers, (hub.Cpu - cpu) / elapsed, elapsed);
    }

    private void Judge(Watched alone, Watched during, Watched after, AttackReport report, double growth, bool isServing)
    {
        LoseIf(during.Calls.Sorted.Count == 0 || after.Calls.Sorted.Count == 0, "no honest call was answered");
        foreach (var (when, watched) in new[] { ("before", alone), ("during", during), ("after", after) })
        {
            LoseIf(watched.Calls.Failures.Count > 0, $"{watched.Calls.Failures.Count} honest calls failed {when} it, such as: {string.Join(" | ", watched.Calls.Failures.Take(ShownFailures))}");
        }

        LoseIf(during.Calls.P99 > options.LongestP99.TotalMilliseconds, Text($"p99 of the honest was {during.Calls.P99:0.0} ms, and {alone.Calls.P99:0.0} ms just before"));
        LoseIf(growth > attack.MostGrowth, Text($"the hub's memory grew by {growth:0} MiB, not {attack.MostGrowth} at most"));

        // The honest ask as fast as they are answered, so that their number explains most of the difference. A small run is too short to tell.
        var explained = alone.Cpu * after.CallsPerSecond / Math.Max(alone.CallsPerSecond, 1);
        LoseIf(options.Scale >= 1 && after.Cpu - explained > attack.MostCpuAfter, Text($"the hub used {after.Cpu:0.00} of a core afterwards, of which the honest explain {explained:0.00}"));
        LoseIf(!isServing, "the hub is not healthy afterwards");
        foreach (var wrong in report.Wrong)
        {
            _losses.Add($"not as it must be: {wrong}");
        }

        var errors = hub.TakeErrors();
        LoseIf(errors.Count > 0, $"the hub logged {errors.Count} failures, such as: {string.Join(" | ", errors.Take(ShownFailures))}");
    }

    private string[] Lines(Watched alone, Watched during, Watched after, AttackReport report, double rss, double peak) =>
    [
        $"{attack.Row} {attack.Name}",
        $"  sent: {string.Join(", ", report.Sent)}",
        $"  answered: {string.Join(", ", report.Answered)}",
        $"  honest before: {alone.Calls}",
        Text($"  honest during: {during.Calls}, {during.Calls.Failures.Count} failed; newcomers {during.Newcomers}"),
        Text($"  hub: RSS {rss:0} MiB before, {peak:0} peak, {hub.Rss:0} after; CPU {alone.Cpu:0.00} of a core before, {during.Cpu:0.00} during, {after.Cpu:0.00} after"),
        Text($"  attackers: {report.CpuSeconds / report.Seconds:0.00} of a core for {report.Seconds:0.0} s; load of the machine {Load}"),
    ];

    private static string Load => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private void LoseIf(bool isLost, string loss)
    {
        if (isLost)
        {
            _losses.Add(loss);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a while was like.</summary>
    /// <param name="Calls">Calls of the honest.</param>
    /// <param name="Newcomers">Calls of those who connect anew.</param>
    /// <param name="Cpu">CPU of the hub, of one core.</param>
    /// <param name="Elapsed">How long it was.</param>
    private sealed record Watched(Latencies Calls, Latencies Newcomers, double Cpu, TimeSpan Elapsed)
    {
        public double CallsPerSecond => Calls.Sorted.Count / Elapsed.TotalSeconds;
    }
}
