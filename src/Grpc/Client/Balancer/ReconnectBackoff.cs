namespace Grpc.Net.Client.Balancer;

/// <summary>The pauses between attempts to connect (doc/connection-backoff.md of the gRPC project).</summary>
internal sealed class ReconnectBackoff(SubchannelSetup setup)
{
    private const double Multiplier = 1.6;

    private double _nextTicks = setup.InitialBackoff.Ticks;

    /// <summary>The next pause; each varies at random by a fifth.</summary>
    public TimeSpan Next()
    {
        var ticks = Math.Min(_nextTicks, (setup.MaxBackoff ?? TimeSpan.MaxValue).Ticks);
        _nextTicks = ticks * Multiplier;
        return TimeSpan.FromTicks((long)Math.Min(ticks * (0.8 + 0.4 * Random.Shared.NextDouble()), TimeSpan.FromDays(1).Ticks));
    }
}
