using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retries;

/// <summary>A <see cref="RetryPolicy"/> that was checked.</summary>
internal sealed class RetryRules
{
    private readonly TimeSpan _initialBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _multiplier;
    private readonly int _statusCodes;

    /// <exception cref="InvalidOperationException">A property is missing or out of range.</exception>
    public RetryRules(RetryPolicy policy, int? maxAttempts)
    {
        MaxAttempts = policy.MaxAttempts is >= 2 and var attempts ? Math.Min(attempts, maxAttempts ?? int.MaxValue) : throw Wrong(nameof(policy.MaxAttempts), "at least 2");
        _initialBackoff = policy.InitialBackoff is { Ticks: > 0 } initial ? initial : throw Wrong(nameof(policy.InitialBackoff), "more than zero");
        _maxBackoff = policy.MaxBackoff is { Ticks: > 0 } max ? max : throw Wrong(nameof(policy.MaxBackoff), "more than zero");
        _multiplier = policy.BackoffMultiplier is > 0 and var multiplier ? multiplier : throw Wrong(nameof(policy.BackoffMultiplier), "more than zero");
        _statusCodes = policy.RetryableStatusCodes.Aggregate(0, (codes, code) => codes | (1 << (int)code));
        if (_statusCodes == 0)
        {
            throw Wrong(nameof(policy.RetryableStatusCodes), "one status at least");
        }
    }

    /// <summary>Attempts in all, the first one included.</summary>
    public int MaxAttempts { get; }

    public bool IsRetryable(StatusCode code) => (_statusCodes & (1 << (int)code)) != 0;

    /// <summary>Pause before an attempt.</summary>
    /// <param name="retry">0 for the first one after a failure, or after a server that named the pause itself.</param>
    public TimeSpan Backoff(int retry)
    {
        var ticks = Math.Min(_initialBackoff.Ticks * Math.Pow(_multiplier, retry), _maxBackoff.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (0.8 + 0.4 * Random.Shared.NextDouble())));
    }

    /// <summary>What a server says of another attempt by <c>grpc-retry-pushback-ms</c>: a pause; null where it wants none (or said it unreadably).</summary>
    public static TimeSpan? Pushback(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static InvalidOperationException Wrong(string property, string expected) => new($"{property} of a retry policy must be set: {expected}.");
}
