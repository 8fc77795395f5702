using System.Collections.Concurrent;
using System.Globalization;

namespace DataHub.Drills.Hostile;

/// <summary>What attackers sent, and how the hub answered.</summary>
internal sealed class AttackTally
{
    private readonly ConcurrentDictionary<string, long> _sent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _answered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _wrong = new(StringComparer.Ordinal);

    public void Sent(string what, long count = 1) => _sent.AddOrUpdate(what, count, (_, before) => before + count);

    public void Answered(string how, long count = 1) => _answered.AddOrUpdate(how, count, (_, before) => before + count);

    /// <summary>The hub answered as it must not.</summary>
    public void Wrong(string how) => _wrong.AddOrUpdate(how, 1, (_, before) => before + 1);

    /// <summary>Notes an answer, which must be one of those given.</summary>
    public void Answered(string how, string to, params ReadOnlySpan<string> right)
    {
        Answered(how);
        if (!right.Contains(how))
        {
            Wrong($"{to} was answered {how}");
        }
    }

    public AttackReport Report(CpuPace pace) => new(Lines(_sent), Lines(_answered), Lines(_wrong), pace.Used.TotalSeconds, pace.Elapsed.TotalSeconds);

    private static string[] Lines(ConcurrentDictionary<string, long> counts) =>
        [.. counts.OrderByDescending(count => count.Value).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value:N0} {count.Key}"))];
}

/// <summary>What an attacking process says when it is done.</summary>
/// <param name="Sent">Count and what.</param>
/// <param name="Answered">Count and how: HTTP status and gRPC status, resets, closed connections.</param>
/// <param name="Wrong">Count and what the hub did that it must not.</param>
/// <param name="CpuSeconds">CPU the attackers used.</param>
/// <param name="Seconds">How long they attacked.</param>
internal sealed record AttackReport(IReadOnlyList<string> Sent, IReadOnlyList<string> Answered, IReadOnlyList<string> Wrong, double CpuSeconds, double Seconds);
