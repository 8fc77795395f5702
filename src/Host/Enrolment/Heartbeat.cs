using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Host.Enrolment;

/// <summary>What a running system says of itself.</summary>
/// <param name="Instance">The process.</param>
/// <param name="Nonce">What it was given last; empty in its first heartbeat.</param>
/// <param name="Version">Version of its program.</param>
/// <param name="Backlog">What waits there.</param>
/// <param name="Clock">Its clock.</param>
/// <param name="HeadSize">Newest ledger head it has checked.</param>
internal sealed record Heartbeat(string Instance, string Nonce, string Version, long Backlog, DateTimeOffset Clock, long HeadSize)
{
    private const int LongestText = 64;

    /// <exception cref="FaultException"><c>FIELD_REQUIRED</c>, <c>FIELD_TOO_LONG</c>, <c>FIELD_CHARSET</c>, <c>FIELD_RANGE</c>.</exception>
    public static Heartbeat Of(HeartbeatRequest request) => new(
        Require.Text(request.Instance, "instance", LongestText),
        Require.OptionalText(request.Nonce, "nonce", LongestText),
        Require.OptionalText(request.Version, "version", LongestText),
        NotNegative(request.Backlog, "backlog"),
        ClockOf(request),
        NotNegative(request.HeadSize, "head_size"));

    private static long NotNegative(long value, string field) => value >= 0 ? value : throw Require.Malformed("FIELD_RANGE", field, "must not be negative");

    private static DateTimeOffset ClockOf(HeartbeatRequest request)
    {
        try
        {
            return request.Clock?.ToDateTimeOffset() ?? throw Require.Malformed("FIELD_REQUIRED", "clock", "is required");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw Require.Malformed("FIELD_RANGE", "clock", "must be a time between the years 1 and 9999");
        }
    }
}

/// <summary>The chain of heartbeats of an account: each names what the one before was given.</summary>
/// <param name="Instance">The process that sent the last one.</param>
/// <param name="Nonce">What it was given.</param>
/// <param name="PreviousNonce">What it had named: it comes again where the answer was lost.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="ClonedAt">When two were seen last; null = never.</param>
internal sealed record HeartbeatLink(string Instance, string Nonce, string PreviousNonce, string Address, DateTimeOffset? ClonedAt)
{
    /// <summary>
    /// Whether a heartbeat can follow: it goes on with the chain, repeats its last step, or is the first of a process that was started anew. A process that the chain has left behind and that speaks
    /// again runs beside the one it went on with.
    /// </summary>
    public bool CanBeFollowedBy(Heartbeat next) => next.Instance == Instance
        ? next.Nonce == Nonce || next.Nonce == PreviousNonce
        : next.Nonce.Length == 0;
}
